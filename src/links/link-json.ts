import type { LinkOutcome } from "./add-link.ts";
import { describeDrift } from "./drift.ts";
import type { LinkStatus } from "./link-status.ts";
import type { RefreshOutcome } from "./refresh-link.ts";

/** A link's status as programs see it. */
export function linkJson(link: LinkStatus) {
  return {
    name: link.name,
    ok: link.ok,
    server: link.server,
    to: link.to,
    schema: link.schema,
    all_tables: link.whole,
    tables: link.tables,
    fetch_size: link.fetchSize,
    connects: link.connects,
    ...(link.reason === null ? {} : { reason: link.reason }),
    moved: link.moved,
    drift: link.drift.map((one) => ({ ...one, text: describeDrift(one) })),
    followers: link.followers.map(({ reason, ...follower }) => ({
      ...follower,
      ...(reason === null ? {} : { reason }),
    })),
  };
}

/** What a change of a link did, as programs see it. */
export function outcomeJson(outcome: LinkOutcome | RefreshOutcome, dryRun: boolean) {
  return {
    name: outcome.name,
    dry_run: dryRun,
    tables: outcome.tables,
    unreadable: outcome.unreadable,
    ...("drift" in outcome ? { drift: outcome.drift.map((one) => ({ ...one, text: describeDrift(one) })) } : {}),
    statements: outcome.statements,
    followers: outcome.followers.map(({ reason, ...follower }) => ({
      ...follower,
      ...(reason === null ? {} : { reason }),
    })),
  };
}
