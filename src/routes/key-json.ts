import type { Key } from "../people/keys.ts";

/** A key as the API shows it; the key itself is not known any more. */
export function keyJson(key: Key): Record<string, unknown> {
  return {
    id: key.id,
    person: key.person,
    name: key.name,
    prefix: key.prefix,
    scope: key.scope,
    databases: key.databases,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    expired: key.expired,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    last_used_from: key.lastAddress,
  };
}
