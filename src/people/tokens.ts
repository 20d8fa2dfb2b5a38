import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new secret for a URL or a cookie: 32 random bytes in base64url. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a token: its hex SHA-256. Enough, without salt or stretching, for secrets that are random. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Compares secrets in a time that does not depend on where they differ. */
export function isSameToken(a: string, b: string): boolean {
  return timingSafeEqual(createHash("sha256").update(a).digest(), createHash("sha256").update(b).digest());
}
