import type { Share } from "../clips/shares.ts";

/** A share as the API shows it: all its rules, null where it has none. */
export function shareJson(share: Share): Record<string, unknown> {
  const { clip } = share;
  return {
    id: share.id,
    clip: { slug: clip.slug, title: clip.title, deleted: clip.deletedAt !== null },
    name: share.name,
    note: share.note,
    result: share.result,
    expires_at: share.expiresAt?.toISOString() ?? null,
    expired: share.expired,
    locked_parameters: share.lockedParameters,
    open_parameters: share.openParameters,
    origins: share.origins,
    formats: share.formats,
    requests_per_minute: share.requestsPerMinute,
    has_password: share.hasPassword,
    signed: share.signed,
    created_at: share.createdAt.toISOString(),
    created_by: share.createdBy,
    uses: share.uses,
    last_used_at: share.lastUsedAt?.toISOString() ?? null,
    last_used_from: share.lastAddress,
  };
}
