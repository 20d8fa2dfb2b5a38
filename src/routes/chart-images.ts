import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { Context } from "hono";
import type { Chart } from "../charts/chart.ts";
import { CHART_ROWS, readChart } from "../charts/read-chart.ts";
import { renderPng } from "../charts/render-png.ts";
import { maxAgeSecondsOf } from "../clips/refresh-rule.ts";
import { fileName } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { readFirstRows } from "../results/first-rows.ts";
import { openResult, type OpenedResult } from "../runs/open-result.ts";
import { renderChartSvg } from "../../views/charts/chart-svg.tsx";
import { throwAsked } from "./ask-password.ts";
import { cacheFields, type Caching, PRIVATE } from "./cache-control.ts";
import { IMAGE_ENDINGS, type ImageEnding } from "./chart-paths.ts";
import { checkConditions } from "./conditions.ts";
import type { Env } from "./env.ts";
import { readResultQuery } from "./query.ts";
import { readShare } from "./read-share.ts";
import { askerOf } from "./record.ts";
import type { ShareDoor } from "./share-door.ts";

/** The images' endings, as a pattern of hono's router: everything before it is what has the chart. */
const IMAGE_FILE = `:file{.+\\.(?:${IMAGE_ENDINGS.join("|")})}`;

const TYPES: Readonly<Record<ImageEnding, string>> = { svg: "image/svg+xml; charset=utf-8", png: "image/png" };

/** GET /clips/<slug>.svg, .png: the chart of a clip's result, for those who may see the clip. */
export function clipCharts(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get(`/clips/${IMAGE_FILE}`, async (c) => {
    const { clip } = c.var;
    const { ending } = splitImageFile(c.req.param("file") ?? "");
    const { options: _, ...query } = readResultQuery(c.req.url);
    const { signal } = c.req.raw;
    const opened = await openResult(deps, clip, {
      ...query,
      ...askerOf(c),
      maxAgeSeconds: maxAgeSecondsOf(clip),
      signal,
    });
    return sendChart(c, opened, { chart: clip.chart, ending, caching: PRIVATE });
  });
  return app;
}

/** GET /shares/<secret>.svg, .png, /embeds/<token>.svg, .png: the chart on the share's page, for whom that opens. */
export function shareCharts(deps: Deps, door: ShareDoor): Hono<Env> {
  const app = new Hono<Env>();
  app.get(`/${IMAGE_FILE}`, async (c) => {
    const { name, ending } = splitImageFile(c.req.param("file") ?? "");
    const share = await door.open(c, door.way.readData(name), "html").catch((error: unknown) => throwAsked(c, error));
    const { caching, opened } = readShare(c, deps, share);
    return sendChart(c, await opened(), {
      chart: share.clip.chart,
      ending,
      caching,
    });
  });
  return app;
}

interface SentChart {
  chart: Chart | null;
  ending: ImageEnding;
  caching: Caching;
}

/** Sends a result's chart. `?_theme=dark` draws it on dark paper; `?_download=1` has a browser save it. */
async function sendChart(
  c: Context<Env>,
  opened: OpenedResult,
  { chart, ending, caching }: SentChart,
): Promise<Response> {
  try {
    const { head } = opened.source;
    const rows = await readFirstRows(opened.source, CHART_ROWS);
    const { rowCount } = await opened.source.end;
    const data = readChart(head.columns, rows, rowCount, chart);
    if (data === null) {
      throw new AppError("not_found", "This result has no chart.", {
        hint: "One row of one number, a time or a category with numbers, two numbers, or latitude and longitude are drawn.",
      });
    }
    const svg = renderChartSvg(data, head.title, c.req.query("_theme") === "dark" ? "dark" : "light");
    const tag = `"${createHash("sha256").update(`${ending} ${svg}`).digest("hex").slice(0, 32)}"`;
    const kind = c.req.query("_download") === "1" ? "attachment" : "inline";
    const fields = {
      ...cacheFields(caching, head.startedMs, performance.now()),
      "Content-Type": TYPES[ending],
      "Content-Disposition": `${kind}; filename="${fileName(head.title) || "clip"}.${ending}"`,
      ETag: tag,
    };
    const known = await checkConditions(c, { tags: [tag], modifiedAt: null });
    if (known !== undefined) return c.body(null, 304, fields);
    return c.body(ending === "svg" ? svg : await renderPng(svg), 200, fields);
  } finally {
    opened.leave();
  }
}

/** Splits `<slug>-words.png` into what is before the ending, and the ending. */
function splitImageFile(file: string): { name: string; ending: ImageEnding } {
  const dot = file.lastIndexOf(".");
  return { name: file.slice(0, dot), ending: file.slice(dot + 1) as ImageEnding };
}
