import { Hono } from "hono";
import { fileName } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { encodeBody } from "../results/body.ts";
import type { Column } from "../results/columns.ts";
import type { Comparer } from "../results/compare/comparer.ts";
import { differenceColumns, differenceFrames } from "../results/compare/difference-frames.ts";
import { createWriter } from "../results/formats.ts";
import { readCompareQuery, requireBoth } from "./compare-query.ts";
import type { Env } from "./env.ts";
import { type ComparedResult, openComparison, type OpenedComparison } from "./open-comparison.ts";
import { readDifferences, SHOWN_DIFFERENCES, type ShownDifference } from "./read-differences.ts";

/** /api/clips/<slug>/compare: counts and the first differences of two results; compare.csv: all differences. */
export function apiCompare(deps: Deps, comparer: Comparer): Hono<Env> {
  const app = new Hono<Env>();

  app.get("/:slug/compare", async (c) => {
    const { clip } = c.var;
    const query = readCompareQuery(c.req.url, false);
    const numbers = requireBoth(query);
    const opened = await openComparison(c, deps, comparer, clip, {
      ...numbers,
      key: query.key,
      limit: SHOWN_DIFFERENCES,
    });
    const differences = await readDifferences(opened.comparison);
    return c.json(comparisonJson(opened, differences));
  });

  app.get("/:slug/compare.csv", async (c) => {
    const { clip } = c.var;
    const query = readCompareQuery(c.req.url, true);
    const numbers = requireBoth(query);
    const writer = createWriter("csv", query.options);
    const { from, to, comparison } = await openComparison(c, deps, comparer, clip, {
      ...numbers,
      key: query.key,
      limit: Infinity,
    });
    const truncated = from.end.truncated || to.end.truncated;
    const { added, removed, changed, same } = comparison.counts;
    const name = [fileName(to.head.title) || "clip", from.head.number, "to", to.head.number];
    c.header("Content-Type", writer.contentType);
    c.header(
      "Content-Disposition",
      `attachment; filename="${[...name, ...(truncated ? ["truncated"] : [])].join("-")}.csv"`,
    );
    c.header("X-Truncated", String(truncated));
    for (const [label, count] of Object.entries({ Added: added, Removed: removed, Changed: changed, Same: same })) {
      c.header(`X-${label}`, String(count));
    }
    const key = comparison.key.map((column) => encodeURIComponent(to.head.columns[column]!.name));
    c.header("X-Key", key.length === 0 ? "*" : key.join(","));
    const source = {
      head: { ...to.head, columns: differenceColumns(to.head.columns) },
      end: Promise.resolve(to.end),
      frames: () => differenceFrames(comparison.differences()),
    };
    return c.body(encodeBody(source, writer, { onClose: () => void comparison.close() }));
  });

  return app;
}

function comparisonJson(
  { from, to, comparison: { counts, key, isGuessed } }: OpenedComparison,
  differences: readonly ShownDifference[],
): Record<string, unknown> {
  const { columns } = to.head;
  return {
    from: resultJson(from),
    to: resultJson(to),
    truncated: { from: from.end.truncated, to: to.end.truncated },
    // No columns: the whole row.
    key: { columns: key.map((column) => columns[column]!.name), guessed: isGuessed },
    counts,
    fields: columns.map(({ name }) => name),
    differences: differences.map((difference) => differenceJson(difference, columns)),
    more: counts.added + counts.removed + counts.changed - differences.length,
  };
}

function resultJson({ head, end, parameters }: ComparedResult): Record<string, unknown> {
  return {
    number: head.number,
    version: head.version,
    database: head.database,
    parameters,
    started_at: head.startedAt.toISOString(),
    row_count: end.rowCount,
    truncated: end.truncated,
  };
}

/** Values are texts as PostgreSQL writes them: that is what was compared. */
function differenceJson(
  { change, fromRow, toRow, before, after }: ShownDifference,
  columns: readonly Column[],
): Record<string, unknown> {
  const changes = columns.flatMap(({ name }, index) =>
    before && after && before[index] !== after[index] ? [{ column: name, from: before[index], to: after[index] }] : [],
  );
  return {
    change,
    from_row: fromRow || null,
    to_row: toRow || null,
    row: after ?? before,
    ...(change === "changed" ? { changes } : {}),
  };
}
