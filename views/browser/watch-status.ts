import { EVERY_MS, HISTORY_MS } from "../../src/databases/status-history.ts";
import type { DatabaseStatusJson, FollowerStatusJson, SampleJson } from "../../src/routes/status-json.ts";
import { words } from "../english/browser/watch-status.ts";
import {
  type FollowerBar,
  followerShares,
  type FollowerText,
  followerTexts,
  runsText,
} from "../english/follower-words.ts";
import { plotPoints, type PlotKind, plotText, PLOTS } from "../plots.ts";
import { drawSpark } from "../spark-path.ts";

const PATIENCE_MS = 10_000;

/**
 * Asks again and again how a database is, and shows it where the page has shown it; not while nobody looks at the page.
 * Nothing is announced to screen readers: the texts, and those of the plots, are there for whoever goes to them.
 */
export async function watchStatus(place: HTMLElement): Promise<void> {
  /** The last ten minutes of each follower, by name. */
  const histories = new Map<string, SampleJson[]>();
  for (;;) {
    await untilVisible();
    const answer = await ask(place.dataset["status"]!, lastKnown(histories));
    showText(place, "trouble", typeof answer === "string" ? words.trouble[answer] : "");
    if (answer === "refused") return;
    if (answer !== "silent") showStatus(place, answer, histories);
    await new Promise((resolve) => void setTimeout(resolve, EVERY_MS));
  }
}

async function untilVisible(): Promise<void> {
  while (document.hidden) {
    await new Promise((resolve) => void document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}

/** The time up to which everything is known of every follower; undefined: nothing is of one. */
function lastKnown(histories: ReadonlyMap<string, readonly SampleJson[]>): string | undefined {
  const lasts = [...histories.values()].map((samples) => samples.at(-1)?.at ?? "");
  return lasts.toSorted()[0] || undefined;
}

async function ask(path: string, since: string | undefined): Promise<DatabaseStatusJson | "silent" | "refused"> {
  try {
    const query = since === undefined ? "" : `?since=${encodeURIComponent(since)}`;
    const response = await fetch(path + query, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status >= 400 && response.status < 500) return "refused";
    return response.ok ? ((await response.json()) as DatabaseStatusJson) : "silent";
  } catch {
    return "silent";
  }
}

function showStatus(place: HTMLElement, status: DatabaseStatusJson, histories: Map<string, SampleJson[]>): void {
  const now = Date.parse(status.at);
  showText(place, "runs", runsText(status));
  for (const follower of status.followers) {
    const known = histories.get(follower.name) ?? [];
    const last = known.at(-1)?.at ?? "";
    // All of these times are of one form: their order is that of their letters.
    const from = new Date(now - HISTORY_MS).toISOString();
    const samples = [...known, ...follower.samples.filter(({ at }) => at > last)].filter(({ at }) => at >= from);
    histories.set(follower.name, samples);
    for (const card of place.querySelectorAll<HTMLElement>("[data-follower]")) {
      if (card.dataset["follower"] === follower.name) showFollower(card, { ...follower, samples }, now);
    }
  }
}

function showFollower(card: HTMLElement, follower: FollowerStatusJson, now: number): void {
  const texts = followerTexts(follower);
  for (const [name, text] of Object.entries(texts)) showText(card, name as FollowerText, text);
  card.querySelector<HTMLElement>("[data-show=state]")!.dataset["ok"] = String(follower.ok);
  card.querySelector<HTMLElement>("[data-show=advice]")!.hidden = texts.advice === "";
  const shares = followerShares(follower);
  for (const meter of card.querySelectorAll<HTMLMeterElement>("[data-bar]")) {
    const share = shares[meter.dataset["bar"] as FollowerBar];
    meter.hidden = share === null;
    if (share !== null) Object.assign(meter, share);
  }
  for (const figure of card.querySelectorAll<HTMLElement>("[data-plot]")) {
    const kind = figure.dataset["plot"] as PlotKind;
    const spark = drawSpark(plotPoints(kind, follower.samples), { now, top: PLOTS[kind].top });
    const { label, peak } = plotText(kind, spark);
    figure.querySelector(".peak")!.textContent = peak;
    figure.querySelector(".spark")!.setAttribute("aria-label", label);
    figure.querySelector(".spark-area")!.setAttribute("d", spark.area);
    figure.querySelector(".spark-line")!.setAttribute("d", spark.line);
  }
}

/** Text that is the same is left alone: somebody may have marked it. */
function showText(place: HTMLElement, name: FollowerText | "runs" | "trouble", text: string): void {
  const shown = place.querySelector<HTMLElement>(`[data-show=${name}]`);
  if (shown !== null && shown.textContent !== text) shown.textContent = text;
}
