import { expect, test } from "vitest";
import { plotPoints, plotText } from "../../views/plots.ts";
import { drawSpark } from "../../views/spark-path.ts";

const NOW = Date.parse("2026-11-23T12:00:00.000Z");
/** A point so many seconds ago. */
const ago = (seconds: number, value: number | null) => ({ at: NOW - seconds * 1000, value });

test("ten minutes are as wide as the plot, from zero up to the greatest value", () => {
  const { line, area, range } = drawSpark([ago(600, 0), ago(598, 4), ago(596, 2)], { now: NOW, top: 1 });
  expect(line).toBe("M1.5,46.5L2.5,1.5L3.5,24");
  expect(area).toBe("M1.5,46.5L2.5,1.5L3.5,24L3.5,46.5L2.5,46.5L1.5,46.5Z");
  expect(range).toStrictEqual({ last: 2, least: 0, greatest: 4 });
  expect(drawSpark([ago(0, 7)], { now: NOW, top: 7 }).line).toBe("M298.5,1.5Z");
});

test("small values look small", () => {
  expect(drawSpark([ago(0, 0.1)], { now: NOW, top: 1 }).line).toBe("M298.5,42Z");
});

test("what is not known, and times in which nobody looked, are gaps", () => {
  const points = [ago(10, 1), ago(8, 1), ago(6, null), ago(4, 1), ago(2, 1)];
  expect(drawSpark(points, { now: NOW, top: 1 }).line.match(/M/g)).toHaveLength(2);
  expect(
    drawSpark([ago(300, 1), ago(298, 1), ago(2, 1), ago(0, 1)], { now: NOW, top: 1 }).line.match(/M/g),
  ).toHaveLength(2);
  expect(drawSpark([ago(8, 1), ago(0, 1)], { now: NOW, top: 1 }).line.match(/M/g)).toHaveLength(1);
});

test("what is older is not drawn, and nothing is nothing", () => {
  const nothing = { line: "", area: "", range: null };
  expect(drawSpark([], { now: NOW, top: 1 })).toStrictEqual(nothing);
  expect(drawSpark([ago(601, 5)], { now: NOW, top: 1 })).toStrictEqual(nothing);
  expect(drawSpark([ago(3, null)], { now: NOW, top: 1 })).toStrictEqual(nothing);
});

test("a plot says in words what it shows", () => {
  const samples = [
    { at: new Date(NOW - 4000).toISOString(), lag_seconds: 0.25, connections: 4 },
    { at: new Date(NOW - 2000).toISOString(), lag_seconds: 130, connections: 12 },
    { at: new Date(NOW).toISOString(), lag_seconds: null, connections: 9 },
  ];
  const say = (kind: "lag" | "connections") =>
    plotText(kind, drawSpark(plotPoints(kind, samples), { now: NOW, top: 1 }));
  expect(say("lag")).toStrictEqual({
    peak: "at most 2 min",
    label: "Behind, last 10 minutes: last not known, least 0.25 s, greatest 2 min.",
  });
  expect(say("connections").label).toBe("Connections of everybody, last 10 minutes: last 9, least 4, greatest 12.");
  expect(plotText("lag", drawSpark([], { now: NOW, top: 1 }))).toStrictEqual({
    peak: "not known",
    label: "Behind, last 10 minutes: not known.",
  });
});
