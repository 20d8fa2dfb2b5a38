import type { Context } from "hono";
import { maxAgeSecondsOf } from "../clips/refresh-rule.ts";
import type { PinnedResult } from "../clips/share-access.ts";
import { shareParameters } from "../clips/share-rules.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { FormatOptions } from "../results/formats.ts";
import type { AsOf } from "../runs/get-result-as-of.ts";
import { openResult, type OpenedResult } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { PageWaiting } from "./await-preview.ts";
import { type Caching, PRIVATE } from "./cache-control.ts";
import type { Env } from "./env.ts";
import { readResultQuery, type ResultQuery } from "./query.ts";
import type { OpenShare } from "./share-door.ts";

/** What an address asks of a share, and the way to its result. */
export interface AskedShare {
  /** Who may keep what it shows, and how long. */
  caching: Caching;
  options: FormatOptions;
  asOf: AsOf | undefined;
  /** Those of the address, and the locked ones. */
  parameters: ParameterValues;
  /** Who asks, as runs are told. */
  who: { asker: string; askerName: string; address: string };
  /** Opens the result that is asked for; may start a run. */
  opened: (waiting?: PageWaiting) => Promise<OpenedResult>;
}

/**
 * What an address asks of a share that is open.
 * @param url the address; that of the request, unless another one is meant
 * @throws AppError invalid_request, invalid_parameter for what the share does not let one choose
 */
export function readShare(
  c: Context<Env>,
  deps: Deps,
  { clip, id, pinned, rules, mayRun, passwordHash, expiresMs }: OpenShare,
  url: string = c.req.url,
): AskedShare {
  const { signal } = c.req.raw;
  const query = readResultQuery(url);
  const { options, asOf } = query;
  const maxAgeSeconds = maxAgeSecondsOf(clip);
  if (pinned !== null) checkPinned(query, pinned);
  else if (query.result !== undefined || query.version !== undefined) {
    throw new AppError(
      "invalid_request",
      "A share shows the clip's current result: it takes no result and no version.",
    );
  }
  const parameters = pinned === null ? shareParameters(rules, query.parameters) : query.parameters;
  const who = {
    asker: `share:${id}`,
    askerName: rules.name === "" ? "a link" : `the link ${rules.name}`,
    address: c.var.address,
  };
  const opened = (waiting: PageWaiting = { signal }): Promise<OpenedResult> =>
    openResult(deps, clip, {
      ...(pinned === null ? { asOf } : { result: pinned.number }),
      parameters,
      ...who,
      maxAgeSeconds,
      // At once the newest there is, unless nothing old will do.
      staleWhileRevalidate: query.wait === null && maxAgeSeconds !== 0,
      mayRun,
      ...waiting,
    });
  const caching: Caching =
    passwordHash === null
      ? { audience: "public", maxAgeSeconds: pinned === null ? maxAgeSeconds : null, untilMs: expiresMs }
      : PRIVATE;
  return { caching, options, asOf, parameters, who, opened };
}

/** A link to one result has nothing to choose: what its address says besides has to be so. */
function checkPinned({ result, version, asOf, parameters }: ResultQuery, pinned: PinnedResult): void {
  if (result !== undefined || version !== undefined || asOf !== undefined) {
    throw new AppError(
      "invalid_request",
      "This link shows one result, which does not change: it takes no result, no version and no as_of.",
    );
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (Object.hasOwn(pinned.parameters, name) && pinned.parameters[name] === value) continue;
    throw new AppError(
      "invalid_parameter",
      `This link shows one result, which does not change: ${JSON.stringify(name)} cannot be another value.`,
      { hint: "Leave it out of the address." },
    );
  }
}
