import { createHmac } from "node:crypto";
import { expect } from "vitest";
import type { TestServer } from "../support/test-server.ts";
import { makeShare as makeClip } from "./make-share.ts";

/** A share that opens with what is signed. */
export interface SignedShare {
  id: string;
  slug: string;
  key: string;
}

const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString("base64url");

/** A JWT of any header and claims, signed with a key: not by the code that is tested. */
export function signJwt(claims: unknown, key: string, header: object = { alg: "HS256", typ: "JWT" }): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

/** Seconds since 1970. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** What an application signs for a share, unless a test says otherwise. */
export function claimsOf({ id, slug }: SignedShare, others: object = {}): Record<string, unknown> {
  return { iss: id, clip: slug, exp: inSeconds(600), ...others };
}

/** The path of an embed. */
export function embedPath(share: SignedShare, others: object = {}): string {
  return `/embeds/${signJwt(claimsOf(share, others), share.key)}`;
}

/** A clip with a stored result, and a signed share of it with rules. */
export async function makeSigned(
  server: TestServer,
  rules: object = {},
  fields: Record<string, unknown> = {},
): Promise<SignedShare> {
  const { slug } = await makeClip(server, {}, fields);
  return signedOf(server, slug, rules);
}

/** Another signed share of a clip. */
export async function signedOf(server: TestServer, slug: string, rules: object = {}): Promise<SignedShare> {
  const response = await server.request(`/api/clips/${slug}/shares`, {
    method: "POST",
    json: { ...rules, signed: true },
  });
  const body = (await response.json()) as { id: string; signing_key: string };
  expect([response.status, body]).toMatchObject([
    201,
    { signed: true, signing_key: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
  return { id: body.id, slug, key: body.signing_key };
}
