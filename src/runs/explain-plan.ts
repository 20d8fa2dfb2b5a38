import { findMarks, type PlanMark } from "./plan-marks.ts";
import { childrenOf, isPlanNode, listNodes, numberOf, type PlanNode, textOf } from "./plan-node.ts";
import { measureBuffers, measureCosts, measureTimes } from "./plan-shares.ts";
import { planTitle } from "./plan-title.ts";

/** A node of a plan, for people and for JSON. */
export interface ExplainedNode {
  /** As EXPLAIN's text format writes it: `Index Scan using orders_pkey on orders o`. */
  title: string;
  /** What it is to the node above, where it is not simply its rows: `CTE days`, `InitPlan 1`, `SubPlan 2`. */
  subplan: string | null;
  /** PostgreSQL's own names and words of what it does: Filter, Sort Key, Group Key … */
  details: { name: string; text: string }[];
  /** Rows of one execution: what the planner expected, and their average; null where the query was not executed. */
  estimated_rows: number;
  actual_rows: number | null;
  /** Executions, those of parallel workers each for itself; null where the query was not executed. */
  loops: number | null;
  never_executed: boolean;
  /** The planner's, in its own units (seq_page_cost = 1), with what is below. */
  cost: number;
  /** Milliseconds by the clock, with what is below and without; null where the query was not executed. */
  total_ms: number | null;
  own_ms: number | null;
  /** Its own part of the whole, from 0 to 1: of the time, or of the cost where the query was not executed. */
  share: number;
  /** Of 8 KiB, mostly, without what is below: found in memory, and read; null where that was not counted. */
  buffers: { hit: number; read: number } | null;
  /** By its filter, in all executions. */
  rows_removed: number | null;
  marks: PlanMark[];
  children: ExplainedNode[];
}

/** A plan, explained. */
export interface ExplainedPlan {
  /** Whether the query was executed. */
  analyzed: boolean;
  root: ExplainedNode;
  planning_ms: number | null;
  execution_ms: number | null;
  /** What compiling expressions took (JIT), within the nodes' times; null: nothing was compiled. */
  jit_ms: number | null;
}

/** Besides the largest, a part of the time or the cost that is called slow. */
const SLOW_SHARE = 0.25;
/** Deeper, nodes are left out: no plan for people has as many levels, and pages of more are no use. */
const MOST_LEVELS = 60;

/**
 * Reads what EXPLAIN (FORMAT JSON) says, with or without ANALYZE and BUFFERS, of PostgreSQL 13 and newer. How the
 * numbers are to be read: PostgreSQL's documentation, "Using EXPLAIN"; where they come from: src/backend/commands/explain.c.
 * @param text PostgreSQL's own JSON
 * @throws Error for what is no plan
 */
export function explainPlan(text: string): ExplainedPlan {
  const parsed: unknown = JSON.parse(text);
  const said: unknown = Array.isArray(parsed) ? parsed[0] : undefined;
  const root = isPlanNode(said) ? said["Plan"] : undefined;
  if (!isPlanNode(said) || !isPlanNode(root)) throw new Error("PostgreSQL's EXPLAIN has no plan in it");
  const analyzed = numberOf(root, "Actual Loops") !== null;
  const { total, own } = analyzed ? measureTimes(root) : measureCosts(root);
  const whole = [...own.values()].reduce((a, b) => a + b, 0);
  const largest = [...own].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  const hit = measureBuffers(root, "Shared Hit Blocks").own;
  const read = measureBuffers(root, "Shared Read Blocks").own;
  const early = findEndingEarly(root);

  const explain = (node: PlanNode, parent: PlanNode | null, level: number): ExplainedNode => {
    const loops = numberOf(node, "Actual Loops");
    const share = whole === 0 ? 0 : own.get(node)! / whole;
    const isSlow = share > 0 && (node === largest || share >= SLOW_SHARE);
    const removed = numberOf(node, "Rows Removed by Filter");
    const children = childrenOf(node);
    return {
      title: planTitle(node),
      subplan: textOf(node, "Subplan Name"),
      details: [...listDetails(node), ...(level === MOST_LEVELS && children.length > 0 ? [cutOff(node)] : [])],
      estimated_rows: numberOf(node, "Plan Rows") ?? 0,
      actual_rows: analyzed ? (numberOf(node, "Actual Rows") ?? 0) : null,
      loops,
      never_executed: loops === 0,
      cost: numberOf(node, "Total Cost") ?? 0,
      total_ms: analyzed ? round(total.get(node)!) : null,
      own_ms: analyzed ? round(own.get(node)!) : null,
      share: Math.round(share * 10_000) / 10_000,
      buffers: numberOf(node, "Shared Hit Blocks") === null ? null : { hit: hit.get(node)!, read: read.get(node)! },
      rows_removed: removed === null ? null : Math.round(removed * (loops ?? 1)),
      marks: [
        ...(isSlow ? [slow(share, node === largest, analyzed)] : []),
        ...findMarks(node, parent, early.has(node)),
      ],
      children: level === MOST_LEVELS ? [] : children.map((child) => explain(child, node, level + 1)),
    };
  };

  const jit = said["JIT"];
  const timing = isPlanNode(jit) ? jit["Timing"] : undefined;
  return {
    analyzed,
    root: explain(root, null, 1),
    planning_ms: numberOf(said, "Planning Time"),
    execution_ms: numberOf(said, "Execution Time"),
    jit_ms: isPlanNode(timing) ? numberOf(timing, "Total") : null,
  };
}

function slow(share: number, isLargest: boolean, analyzed: boolean): PlanMark {
  const part = `${Math.round(share * 100)} % of the ${analyzed ? "time" : "estimated cost"}`;
  return { kind: "slow", text: `${isLargest ? "The slow part" : "Slow, too"}: ${part}.`, hint: null };
}

function cutOff(node: PlanNode): { name: string; text: string } {
  return { name: "Not shown", text: `${listNodes(node).length - 1} more nodes below` };
}

/** Microseconds: PostgreSQL says no less. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** These read all that is below them before they give a row: nothing above them ends it early. */
const READS_ALL = /^(?:Sort|Hash|Bitmap Index Scan)$/;

/**
 * The nodes that something above may have stopped before their last row: a Limit, a join that has found its match, a
 * merge join whose other side is at its end, EXISTS. "Using EXPLAIN", 14.1.3: "The estimated cost and row count … are
 * shown as though it were run to completion. But in reality the Limit node stopped requesting rows".
 */
function findEndingEarly(root: PlanNode): ReadonlySet<PlanNode> {
  const early = new Set<PlanNode>();
  for (const { node, parent } of listNodes(root)) {
    if (parent !== null && (endsEarly(node, parent) || (early.has(parent) && !readsAll(parent)))) early.add(node);
  }
  return early;
}

function endsEarly(child: PlanNode, parent: PlanNode): boolean {
  const type = textOf(parent, "Node Type");
  const relationship = textOf(child, "Parent Relationship");
  if (relationship === "InitPlan" || relationship === "SubPlan") return true;
  if (type === "Limit" || type === "Merge Join") return true;
  // Of a join that need find one row only, and of one whose inner side is empty.
  return (
    type === "Nested Loop" &&
    relationship === "Inner" &&
    (parent["Inner Unique"] === true || /^(?:Semi|Anti)$/.test(textOf(parent, "Join Type") ?? ""))
  );
}

function readsAll(node: PlanNode): boolean {
  const type = textOf(node, "Node Type") ?? "";
  return READS_ALL.test(type) || (type === "Aggregate" && /^(?:Plain|Hashed)$/.test(textOf(node, "Strategy") ?? ""));
}

/** What is said otherwise, or is for programs. */
const SAID_ELSEWHERE = new Set(
  [
    "Node Type, Partial Mode, Parallel Aware, Async Capable, Join Type, Strategy, Command, Custom Plan Provider",
    "Relation Name, Schema, Alias, Index Name, Scan Direction, Function Name, Table Function Name, CTE Name, Tuplestore Name",
    "Parent Relationship, Subplan Name, Startup Cost, Total Cost, Plan Rows, Plan Width, Inner Unique",
    "Actual Startup Time, Actual Total Time, Actual Rows, Actual Loops, Rows Removed by Filter, Plans, Workers",
    "Shared Hit Blocks, Shared Read Blocks, Shared Dirtied Blocks, Shared Written Blocks, Local Hit Blocks, Local Read Blocks",
    "Local Dirtied Blocks, Local Written Blocks, Temp Read Blocks, Temp Written Blocks",
  ].flatMap((names) => names.split(", ")),
);

/** What else a node says of itself, by PostgreSQL's own names: a newer one's are shown, too. */
function listDetails(node: PlanNode): { name: string; text: string }[] {
  return Object.entries(node).flatMap(([name, value]) => {
    const text = detailText(value);
    return SAID_ELSEWHERE.has(name) || text === null ? [] : [{ name, text: `${text}${unitOf(name)}` }];
  });
}

function detailText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return value === 0 ? null : value.toLocaleString("en");
  if (value === true) return "yes";
  const isList = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
  return isList ? value.join(", ") : null;
}

/** Kilobytes, as PostgreSQL's text format says of them. */
function unitOf(name: string): string {
  return /^(?:Sort Space Used|Peak Memory Usage|Disk Usage|Maximum Storage)$/.test(name) ? " kB" : "";
}
