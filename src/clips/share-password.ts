import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { inTurn } from "../scrypt-turns.ts";

/** OWASP's Password Storage Cheat Sheet: 2^15, 8, 3 is as strong as its first choice, and takes a quarter of its memory. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Right passwords that are remembered, as HMACs, so that a spreadsheet which asks every minute costs scrypt once. */
const MOST_REMEMBERED = 1000;

/** Made when it is first used: Workers give no random bytes while a program loads. */
let key: Buffer | undefined;
const remembered = new Set<string>();

/** A password as it is kept: `scrypt$N$r$p$salt$hash`, with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/**
 * Whether a password is the one that is kept; compared in constant time.
 * @throws AppError too_many_requests while too many are being compared
 */
export async function isPassword(kept: string, password: string): Promise<boolean> {
  // Under a key that nobody knows: how long a look-up by it takes says nothing.
  key ??= randomBytes(32);
  const name = createHmac("sha256", key)
    .update(JSON.stringify([kept, password]))
    .digest("base64url");
  if (remembered.has(name)) return true;
  const [, N, r, p, salt = "", hash = ""] = kept.split("$");
  const derived = await derive(password, Buffer.from(salt, "base64url"), { N: Number(N), r: Number(r), p: Number(p) });
  const right = timingSafeEqual(derived, Buffer.from(hash, "base64url"));
  if (right) {
    remembered.add(name);
    for (const oldest of remembered) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(oldest);
    }
  }
  return right;
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return inTurn(() => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    // The same letters may be written in several ways, by keyboard and system.
    scrypt(password.normalize("NFKC"), salt, HASH_BYTES, { ...cost, maxmem: 256 * cost.N * cost.r }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
    return promise;
  });
}
