import type { ExplainedNode } from "../../src/runs/explain-plan.ts";
import type { ExplainedSql } from "../../src/runs/explain-sql.ts";

export const words = {
  title: "Plan",
  facts: ({ analyzed, follower, planning_ms, execution_ms, jit_ms }: ExplainedSql) =>
    [
      analyzed ? `Executed on ${follower}, in a read-only transaction` : `Planned on ${follower}; nothing was executed`,
      ...(planning_ms === null ? [] : [`planning ${formatMs(planning_ms)}`]),
      ...(execution_ms === null ? [] : [`execution ${formatMs(execution_ms)}`]),
      ...(jit_ms === null ? [] : [`compiling ${formatMs(jit_ms)} of it`]),
    ].join(" · "),
  slowPart: ({ title, share }: ExplainedNode, href: string, analyzed: boolean) => (
    <>
      The slow part: <a href={href}>{title}</a>, {formatShare(share)} of the {analyzed ? "time" : "estimated cost"}.
    </>
  ),
  tree: "The plan's tree",
  howToRead: (analyzed: boolean) =>
    `Each step takes its rows from those below it. ${
      analyzed
        ? "Times are a step's own, without what is below it. PostgreSQL's clock around every step makes the whole slower than it is without."
        : "Costs are the planner's estimate, in its own units. Explain Analyze executes the query, and says what is so."
    }`,
  part: ({ share, own_ms, never_executed, cost }: ExplainedNode, analyzed: boolean) =>
    [
      formatShare(share),
      ...(own_ms === null || never_executed ? [] : [formatMs(own_ms)]),
      ...(analyzed ? [] : [`cost ${formatNumber(cost)}`]),
    ].join(" · "),
  rows: (node: ExplainedNode) =>
    [
      rowWords(node),
      ...(node.actual_rows === null || node.loops === null || node.never_executed ? [] : workWords(node)),
    ].join(" · "),
  more: "More",
};

function rowWords({ never_executed, actual_rows, estimated_rows, loops }: ExplainedNode): string {
  const estimated = formatNumber(estimated_rows);
  if (never_executed) return `never executed (${estimated} rows expected)`;
  if (actual_rows === null || loops === null) return `${estimated} rows expected`;
  const rows = countOf(actual_rows, "row");
  return loops === 1
    ? `${rows}, ${estimated} expected`
    : `${rows} × ${countOf(loops, "execution")}, ${estimated} expected each time`;
}

function workWords({ rows_removed, buffers }: ExplainedNode): string[] {
  const pages = buffers === null ? 0 : buffers.hit + buffers.read;
  return [
    ...(rows_removed === null ? [] : [`${formatNumber(rows_removed)} removed by the filter`]),
    ...(pages === 0 ? [] : [`${countOf(pages, "buffer")}, ${formatNumber(buffers!.read)} of them read`]),
  ];
}

/** Rows are averages of several executions: there may be 0.5 of them. */
function countOf(count: number, thing: string): string {
  return `${formatNumber(count)} ${thing}${count === 1 ? "" : "s"}`;
}

function formatNumber(number: number): string {
  return number.toLocaleString("en", { maximumFractionDigits: 2 });
}

function formatShare(share: number): string {
  return share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(share * 100)} %`;
}

function formatMs(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toLocaleString("en", { maximumFractionDigits: milliseconds < 10 ? 2 : 0 })} ms`;
}
