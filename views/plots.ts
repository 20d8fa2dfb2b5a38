import type { SampleJson } from "../src/routes/status-json.ts";
import { readableSeconds } from "./english/formats.ts";
import { words } from "./english/plots.ts";
import type { Spark, SparkPoint } from "./spark-path.ts";

/** What a follower's plots show: their words, the least height of the scale, and the value of a sample. */
export const PLOTS = {
  lag: {
    caption: words.lag,
    top: 1,
    valueOf: (sample: SampleJson) => sample.lag_seconds,
    say: readableSeconds,
  },
  connections: {
    caption: words.connections,
    top: 10,
    valueOf: (sample: SampleJson) => sample.connections,
    say: String,
  },
} as const;

export type PlotKind = keyof typeof PLOTS;

/** The points of a plot. */
export function plotPoints(kind: PlotKind, samples: readonly SampleJson[]): SparkPoint[] {
  const { valueOf } = PLOTS[kind];
  return samples.map((sample) => ({ at: Date.parse(sample.at), value: valueOf(sample) }));
}

/** What a plot shows in words: what stands beside it, and all of it for those who do not see it. */
export function plotText(kind: PlotKind, { range }: Spark): { peak: string; label: string } {
  const { caption, say } = PLOTS[kind];
  if (range === null) return { peak: words.notKnown, label: words.nothingKnown(caption) };
  const last = range.last === null ? null : say(range.last);
  const greatest = say(range.greatest);
  return { peak: words.peak(greatest), label: words.range(caption, { last, least: say(range.least), greatest }) };
}
