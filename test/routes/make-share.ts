import { expect } from "vitest";
import type { TestServer } from "../support/test-server.ts";

export interface MadeShare {
  slug: string;
  id: string;
  url: string;
  path: string;
}

/** The endings of a share's address, by format. */
export const ENDINGS = { html: "", csv: ".csv", json: ".json", ndjson: ".ndjson", xlsx: ".xlsx" } as const;

/** A clip with a stored result, and a share of it with rules. */
export async function makeShare(
  server: TestServer,
  rules: object = {},
  { sql = "SELECT 1 AS a", parameters = {}, ...fields }: Record<string, unknown> = {},
): Promise<MadeShare> {
  const { slug } = await server.createClip(sql as string, { max_age_seconds: 3600, ...fields });
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { parameters, wait: true } });
  return shareOf(server, slug, rules);
}

/** Another share of a clip. */
export async function shareOf(server: TestServer, slug: string, rules: object): Promise<MadeShare> {
  const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: rules });
  const body = (await response.json()) as { id: string; url: string };
  expect([response.status, body]).toMatchObject([201, { url: expect.stringMatching(/\/shares\/[a-z]{28}$/) }]);
  return { slug, id: body.id, url: body.url, path: new URL(body.url).pathname };
}

/** Changes a share's rules. */
export async function patch(server: TestServer, id: string, json: unknown): Promise<{ status: number; body: any }> {
  const response = await server.request(`/api/shares/${id}`, { method: "PATCH", json });
  return { status: response.status, body: await response.json() };
}

/** A page as a browser asks for it. */
export const asBrowser = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { redirect: "manual", headers: { Accept: "text/html", ...headers } });
