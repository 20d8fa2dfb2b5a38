import type { Share } from "../clips/shares.ts";
import { maskParameters } from "../people/mask-parameters.ts";
import { shareJson } from "./share-json.ts";

/** The rules of a share that the audit says, under the API's names; its secret and its password are not among them. */
const RULES = [
  "name",
  "note",
  "result",
  "signed",
  "expires_at",
  "locked_parameters",
  "open_parameters",
  "origins",
  "formats",
  "requests_per_minute",
  "has_password",
] as const;

/** What a new share is, as the audit says it. @param masked the clip's masked parameters */
export function describeShare(share: Share, masked: readonly string[]): Record<string, unknown> {
  const rules = Object.entries(rulesOf(share, masked));
  return { share: share.id, ...Object.fromEntries(rules.filter(([, value]) => !isNothing(value))) };
}

/** What a change of a share's rules has changed. A value that is masked is said to have changed, and no more. */
export function describeShareChange(before: Share, after: Share, masked: readonly string[]): Record<string, unknown> {
  const [plainBefore, plainAfter] = [rulesOf(before, []), rulesOf(after, [])];
  const changed = RULES.filter((rule) => JSON.stringify(plainBefore[rule]) !== JSON.stringify(plainAfter[rule]));
  const fieldsOf = (share: Share): Record<string, unknown> => {
    const rules = rulesOf(share, masked);
    return Object.fromEntries(changed.map((rule) => [rule, rules[rule]]));
  };
  return { share: after.id, from: fieldsOf(before), to: fieldsOf(after) };
}

function rulesOf(share: Share, masked: readonly string[]): Record<string, unknown> {
  const json = shareJson({ ...share, lockedParameters: maskParameters(share.lockedParameters, masked) });
  return Object.fromEntries(RULES.map((rule) => [rule, json[rule]]));
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === "" || value === false) return true;
  return typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0;
}
