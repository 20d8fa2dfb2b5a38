import { createHmac, timingSafeEqual } from "node:crypto";

/** How long a browser that gave a share's password is not asked for it again: a working day. */
export const TICKET_SECONDS = 8 * 3600;

interface Protected {
  id: string;
  secretHash: string;
  passwordHash: string;
}

/**
 * What a browser's cookie says after the password was right: until when, signed. The key is the password's salted hash,
 * which only the servers know, so that all of them take it, and another password or another secret ends it at once.
 */
export function createTicket(share: Protected): string {
  const until = String(Math.floor(Date.now() / 1000) + TICKET_SECONDS);
  return `${until}.${sign(share, until).toString("base64url")}`;
}

/** Whether a cookie is such a ticket, and not too old; compared in constant time. */
export function isTicket(share: Protected, cookie: string): boolean {
  const [, until = "", signature = ""] = /^(\d{1,12})\.([\w-]{43})$/.exec(cookie) ?? [];
  if (until === "" || Number(until) * 1000 <= Date.now()) return false;
  return timingSafeEqual(sign(share, until), Buffer.from(signature, "base64url"));
}

function sign({ id, secretHash, passwordHash }: Protected, until: string): Buffer {
  return createHmac("sha256", passwordHash)
    .update(JSON.stringify([id, secretHash, until]))
    .digest();
}
