import { DEFAULT_REQUESTS_PER_MINUTE } from "../src/clips/share-rules.ts";
import type { Share } from "../src/clips/shares.ts";
import { formatTime } from "./english/formats.ts";
import { words } from "./english/share-summary.ts";

/** A share's rules in a line; nothing for one without rules. */
export function ShareSummary({ share }: { share: Share }) {
  const { expiresAt, origins, formats, requestsPerMinute } = share;
  const locked = Object.entries(share.lockedParameters).map(([name, value]) => `${name} = ${value ?? "NULL"}`);
  const rules = [
    ...(share.signed ? [words.signedByAnApplication] : []),
    ...(expiresAt === null ? [] : [`${share.expired ? words.expiredOn : "until"} ${formatTime(expiresAt)}`]),
    ...(share.hasPassword ? [words.withAPassword] : []),
    ...(locked.length === 0 ? [] : [`locked: ${locked.join(", ")}`]),
    ...(share.openParameters === null ? [] : [`open: ${share.openParameters.join(", ") || "none"}`]),
    ...(formats === null ? [] : [formats.join(", ")]),
    ...(origins === null ? [] : [`origins: ${origins.join(", ") || "none"}`]),
    ...(requestsPerMinute === null || requestsPerMinute === DEFAULT_REQUESTS_PER_MINUTE
      ? []
      : [words.aMinute(requestsPerMinute)]),
  ];
  return rules.length === 0 ? null : <small>{rules.join(" · ")}</small>;
}
