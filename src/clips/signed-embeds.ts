import { hkdfSync } from "node:crypto";
import { and, eq, isNull } from "drizzle-orm";
import { decode, verify } from "hono/jwt";
import * as z from "zod";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { shares } from "../tables.ts";
import { findSignedShare, noSuchLink, type SharedClip } from "./share-access.ts";
import { readSlug } from "./slug.ts";

/** In bytes. What an application signs is some 300; proxies take addresses of 8 KB. */
const LONGEST_TOKEN = 4096;
/** A JWT (RFC 7519) in its compact form, signed by HS256: 32 bytes of signature are 43 letters, without padding. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;
/** In seconds, the year 5138: a later end is one in milliseconds, which would be none. */
const LATEST_END = 1e11;
const KEY_BYTES = 32;

/** What is derived from, where there is no such share: what is wrong is looked at in the same way. */
const NO_SHARE = { id: "", secretHash: "" };

const VALUE_FAULT =
  "each of parameters must be text, a number, true, false or null (a number of more than 15 digits as text)";

const Claims = z.object({
  clip: z.string("clip must be the clip's slug"),
  exp: z
    .number("exp must say when it ends, in seconds since 1970")
    .max(LATEST_END, "exp must be in seconds since 1970, not in milliseconds"),
  parameters: z
    .record(
      z.string(),
      z
        .union([z.string(), z.number(), z.boolean(), z.null()], VALUE_FAULT)
        // A whole number that is not safe has lost digits already, and would lock another value.
        .refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), VALUE_FAULT),
      "parameters must be an object",
    )
    .default({}),
});

/** What a share's signing key is made of. */
type Signing = Pick<SharedClip, "id" | "secretHash">;

/**
 * The key with which an application signs for a share: 64 hexadecimal digits, to be used as they are, as text. It is not
 * kept, but derived (HKDF-SHA-256, RFC 5869) from the installation's secret, which is not in Dataclips' own database, and
 * from what another secret of the share changes.
 */
export function signingKey(installationSecret: string, { id, secretHash }: Signing): string {
  const info = JSON.stringify(["dataclips signed embeds", id, secretHash]);
  return Buffer.from(hkdfSync("sha256", installationSecret, "", info, KEY_BYTES)).toString("hex");
}

/** The signing key of a share that is not revoked. @throws AppError not_found */
export async function getSigningKey(db: OwnDatabase, installationSecret: string, id: string): Promise<string> {
  const [share] = await db
    .select({ id: shares.id, secretHash: shares.secretHash })
    .from(shares)
    .where(and(eq(shares.id, id), shares.signed, isNull(shares.revokedAt)));
  if (share === undefined) throw new AppError("not_found", "No application signs for this share.");
  return signingKey(installationSecret, share);
}

/** Whether a part of an address has the form of a token. */
export function isEmbedToken(text: string): boolean {
  return text.length <= LONGEST_TOKEN && TOKEN.test(text);
}

/**
 * The share that an application's token opens: the values that it gives are locked like those of the share, and it ends
 * when the token does. A token of the wrong form, with a wrong signature, too old or too early, for another clip, for a
 * share that is revoked, expired, not signed or not there: all that is one and the same error.
 * @throws AppError not_found; and, only for what is signed by the right key, invalid_request and invalid_parameter
 */
export async function openSigned(db: OwnDatabase, installationSecret: string, token: string): Promise<SharedClip> {
  const id = claimedShare(token);
  const share = id === null ? null : await findSignedShare(db, id);
  const key = signingKey(installationSecret, share ?? NO_SHARE);
  // Web Crypto compares in constant time. The algorithm is not the token's to choose. When it was made is not looked at:
  // an application's clock may be a second ahead of ours, and RFC 7519 gives no reason to refuse that.
  const payload = await verify(token, key, { alg: "HS256", iat: false }).catch(() => null);
  if (share === null || payload === null) throw noSuchLink();
  const checked = Claims.safeParse(payload);
  if (!checked.success) {
    throw new AppError("invalid_request", `The application has not signed this right: ${faultsOf(checked.error)}.`);
  }
  const { clip, exp, parameters } = checked.data;
  if (readSlug(clip) !== share.clip.slug) throw noSuchLink();
  const values = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value === null ? null : String(value)]),
  );
  checkLocked(share, values);
  return {
    ...share,
    rules: { ...share.rules, lockedParameters: { ...values, ...share.rules.lockedParameters } },
    expiresMs: Math.min(share.expiresMs, performance.now() + exp * 1000 - Date.now()),
  };
}

/** The share that a token says it is for, whoever wrote it. */
function claimedShare(token: string): string | null {
  if (!isEmbedToken(token)) return null;
  try {
    const { iss } = decode(token).payload;
    return typeof iss === "string" ? iss : null;
  } catch {
    return null;
  }
}

/** What the share itself says of a parameter is not the application's to change. */
function checkLocked({ pinned, rules }: SharedClip, values: ParameterValues): void {
  const settled = pinned?.parameters ?? rules.lockedParameters;
  for (const [name, value] of Object.entries(values)) {
    const isSettled = Object.hasOwn(settled, name);
    if (isSettled ? settled[name] === value : pinned === null) continue;
    throw new AppError(
      "invalid_parameter",
      `The application gives ${JSON.stringify(name)} a value that the link has not.`,
      {
        hint: "Whoever makes the link says by its rules what the application may choose.",
      },
    );
  }
}

function faultsOf({ issues }: z.ZodError): string {
  return [...new Set(issues.map(({ message }) => message))].join("; ");
}
