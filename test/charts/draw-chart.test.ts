import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Chart } from "../../src/charts/chart.ts";
import { readChart } from "../../src/charts/read-chart.ts";
import { renderPng } from "../../src/charts/render-png.ts";
import type { Column } from "../../src/results/columns.ts";
import { renderChartSvg } from "../../views/charts/chart-svg.tsx";

const column = (name: string, oid: number): Column => ({ name, type: { oid, name: "" } });
const HOSTILE = `</title><script>alert(1)</script>"'&`;
const days = Array.from({ length: 30 }, (_, n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));

/** One of each kind, with names that want to be something else. */
const CHARTS: Readonly<Record<string, [Column[], (string | null)[][], Chart | null]>> = {
  number: [[column(HOSTILE, 20)], [["1234567"]], null],
  line: [
    [column("day", 1082), column(HOSTILE, 20), column("b", 20)],
    days.map((day, n) => [day, String(n), String(40 - n)]),
    null,
  ],
  "line with one point": [
    [column("day", 1082), column("n", 20)],
    [
      [days[0]!, "5"],
      [days[0]!, null],
    ],
    null,
  ],
  bar: [
    [column("name", 25), column("n", 20)],
    [
      ["a", "1"],
      [HOSTILE, "-2"],
    ],
    null,
  ],
  "lying bars": [
    [column("name", 25), column("n", 20), column("m", 20)],
    days.map((day, n) => [`${HOSTILE} ${day}`, String(n), String(-n)]),
    null,
  ],
  "bars of nothing": [
    [column("name", 25), column("n", 20)],
    [
      ["a", "0"],
      ["b", "0"],
    ],
    null,
  ],
  scatter: [[column("a", 701), column(HOSTILE, 701)], days.map((_, n) => [String(n), String(n * n)]), null],
  points: [
    [column("city", 25), column("lat", 701), column("lon", 701)],
    [
      [HOSTILE, "48.85", "2.35"],
      ["b", "52.5", "13.4"],
    ],
    null,
  ],
  "one point": [
    [column("lat", 701), column("lon", 701)],
    [
      ["89.9", "180"],
      ["89.9", "180"],
    ],
    null,
  ],
};

function draw(name: string, theme: "light" | "dark" = "light"): string {
  const [columns, rows, chart] = CHARTS[name]!;
  return renderChartSvg(readChart(columns, rows, rows.length, chart)!, HOSTILE, theme);
}

describe.each(Object.keys(CHARTS))("%s", (name) => {
  test("is SVG without scripts, styles and numbers that are none, whatever the names are", () => {
    const svg = draw(name);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^]*<\/svg>$/);
    expect(svg).not.toMatch(/<script|<style|\bstyle=|\bon\w+=|NaN|Infinity|undefined/);
    // Every element is closed, and in its order.
    const open: string[] = [];
    const crossed: string[] = [];
    for (const [, end, tag, , alone] of svg.matchAll(/<(\/?)([\w-]+)((?:[^"'>]|"[^"]*"|'[^']*')*?)(\/?)>/g)) {
      if (end === "/" && open.pop() !== tag) crossed.push(tag!);
      if (end === "" && alone === "") open.push(tag!);
    }
    expect([open, crossed]).toStrictEqual([[], []]);
    expect(svg.replaceAll(/<[^>]*>/g, "")).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
  });

  test("says in words what it shows", () => {
    expect(/<desc[^>]*>([^<]+)<\/desc>/.exec(draw(name))?.[1]?.length).toBeGreaterThan(15);
  });

  test("is a picture", async () => {
    const { width, height, colours } = readPng(await renderPng(draw(name, name === "line" ? "dark" : "light")));
    expect(width).toBe(2 * 792);
    expect(height).toBeGreaterThan(300);
    expect(colours).toBeGreaterThan(20);
  });
});

test("series are told apart without colours: by dashes and shapes, or by hatching", () => {
  expect(draw("line")).toContain('stroke-dasharray="8 4"');
  expect(draw("lying bars")).toMatch(/<pattern id="chart-hatch-1"[^]*fill="url\(#chart-hatch-1\)"/);
});

test("a bar's length is its value: the axis begins at nothing", () => {
  const columns = [column("name", 25), column("n", 20)];
  const rows = [
    ["a", "100"],
    ["b", "50"],
  ];
  const svg = renderChartSvg(readChart(columns, rows, 2, null)!, "Bars");
  const heights = [...svg.matchAll(/<rect class="mark-0"[^>]* height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(heights).toHaveLength(2);
  expect(heights[0]! / heights[1]!).toBeCloseTo(2, 1);
});

/** The size of a PNG of 8-bit RGBA, and how many colours the beginnings of its rows' filtered bytes have. */
function readPng(bytes: Uint8Array): { width: number; height: number; colours: number } {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  return { width, height, colours: new Set(inflateSync(Buffer.concat(data))).size };
}
