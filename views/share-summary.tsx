import { DEFAULT_REQUESTS_PER_MINUTE } from "../src/clips/share-rules.ts";
import type { Share } from "../src/clips/shares.ts";
import { formatTime } from "./english/formats.ts";

/** A share's rules in a line; nothing for one without rules. */
export function ShareSummary({ share }: { share: Share }) {
  const { expiresAt, origins, formats, requestsPerMinute } = share;
  const locked = Object.entries(share.lockedParameters).map(([name, value]) => `${name} = ${value ?? "NULL"}`);
  const rules = [
    ...(share.signed ? ["signed by an application"] : []),
    ...(expiresAt === null ? [] : [`${share.expired ? "expired on" : "until"} ${formatTime(expiresAt)}`]),
    ...(share.hasPassword ? ["with a password"] : []),
    ...(locked.length === 0 ? [] : [`locked: ${locked.join(", ")}`]),
    ...(share.openParameters === null ? [] : [`open: ${share.openParameters.join(", ") || "none"}`]),
    ...(formats === null ? [] : [formats.join(", ")]),
    ...(origins === null ? [] : [`origins: ${origins.join(", ") || "none"}`]),
    ...(requestsPerMinute === null || requestsPerMinute === DEFAULT_REQUESTS_PER_MINUTE
      ? []
      : [`${requestsPerMinute} a minute`]),
  ];
  return rules.length === 0 ? null : <small>{rules.join(" · ")}</small>;
}
