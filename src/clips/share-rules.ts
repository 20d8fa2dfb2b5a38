import { AppError } from "../errors.ts";
import { FORMAT_NAMES, type Format } from "../results/formats.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { shares } from "../tables.ts";

/** What a share can give: a result's formats, and the page. */
export type ShareFormat = "html" | Format;
export const SHARE_FORMATS: readonly ShareFormat[] = ["html", ...FORMAT_NAMES];

/** What a share allows: see the table. One without rules has null, {} and "" everywhere. */
export interface ShareRules {
  name: string;
  note: string;
  expiresAt: Date | null;
  lockedParameters: ParameterValues;
  openParameters: readonly string[] | null;
  origins: readonly string[] | null;
  formats: readonly ShareFormat[] | null;
  requestsPerMinute: number | null;
}

export const RULE_COLUMNS = {
  name: shares.name,
  note: shares.note,
  expiresAt: shares.expiresAt,
  lockedParameters: shares.lockedParameters,
  openParameters: shares.openParameters,
  origins: shares.origins,
  formats: shares.formats,
  requestsPerMinute: shares.requestsPerMinute,
};

/** Requests a minute of one address, where a share does not say. */
export const DEFAULT_REQUESTS_PER_MINUTE = 300;
/** So many of them may start a run in any case: Heroku Dataclips' limit of anonymous reads. */
const RUNS_PER_MINUTE = 30;

/** How many requests of one address a share answers in a minute, and how many of these may start a run: a tenth, or 30. */
export function limitsOf({ requestsPerMinute }: ShareRules): { requests: number; runs: number } {
  const requests = requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE;
  return { requests, runs: Math.min(requests, Math.max(RUNS_PER_MINUTE, Math.floor(requests / 10))) };
}

/** @throws AppError forbidden for a format that a share does not give */
export function checkShareFormat({ formats }: ShareRules, format: ShareFormat): void {
  if (formats === null || formats.includes(format)) return;
  throw new AppError("forbidden", `This link does not give ${format.toUpperCase()}.`, {
    hint: `It gives ${formats.map((name) => name.toUpperCase()).join(", ")}.`,
  });
}

/** Whether a viewer may choose the value of a parameter. */
export function isOpenParameter({ lockedParameters, openParameters }: ShareRules, name: string): boolean {
  return !Object.hasOwn(lockedParameters, name) && (openParameters === null || openParameters.includes(name));
}

/**
 * The values that a share gives to a run: those that a viewer chose, and the locked ones. What a viewer may not change is
 * refused, and not passed over: nobody takes what they see for what they asked for.
 * @throws AppError invalid_parameter
 */
export function shareParameters(rules: ShareRules, given: ParameterValues): ParameterValues {
  for (const name of Object.keys(given)) {
    if (isOpenParameter(rules, name)) continue;
    throw new AppError("invalid_parameter", `This link does not let you choose ${JSON.stringify(name)}.`, {
      hint: "Leave it out of the address.",
    });
  }
  return { ...given, ...rules.lockedParameters };
}
