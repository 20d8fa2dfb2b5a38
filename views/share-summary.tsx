import { DEFAULT_REQUESTS_PER_MINUTE } from "../src/clips/share-rules.ts";
import type { Share } from "../src/clips/shares.ts";
import { words } from "./english/share-summary.ts";

/** A share's rules in a line; nothing for one without rules. */
export function ShareSummary({ share }: { share: Share }) {
  const { expiresAt, lockedParameters, openParameters, origins, formats, requestsPerMinute } = share;
  const rules = [
    ...(share.signed ? [words.signed] : []),
    ...(expiresAt === null ? [] : [words.expires(expiresAt, share.expired)]),
    ...(share.hasPassword ? [words.password] : []),
    ...(Object.keys(lockedParameters).length === 0 ? [] : [words.locked(lockedParameters)]),
    ...(openParameters === null ? [] : [words.open(openParameters)]),
    ...(formats === null ? [] : [formats.join(", ")]),
    ...(origins === null ? [] : [words.origins(origins)]),
    ...(requestsPerMinute === null || requestsPerMinute === DEFAULT_REQUESTS_PER_MINUTE
      ? []
      : [words.requestsPerMinute(requestsPerMinute)]),
  ];
  return rules.length === 0 ? null : <small>{rules.join(" · ")}</small>;
}
