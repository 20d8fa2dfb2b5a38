import { isPlanNode, numberOf, type PlanNode, textOf } from "./plan-node.ts";

/** Something about a node that whoever wants the query faster should look at. */
export interface PlanMark {
  kind: "slow" | "estimate" | "spilled" | "discarded" | "heap_fetches";
  /** What is so, and what may help. */
  text: string;
  hint: string | null;
}

/** Rows are a planner's miss from ten times as many, or as few, on: the least for which it would choose otherwise, often. */
const WRONG_BY = 10;
/** A node has to have read so many rows, and thrown away such a part, before an index is worth a thought. */
const LEAST_DISCARDED_ROWS = 1_000;
const DISCARDED_PART = 0.9;
/** As many fetches from the heap are worth a word, and such a part of the rows. */
const LEAST_HEAP_FETCHES = 100;
const HEAP_FETCHES_PART = 0.1;

/**
 * What stands out of a node that was executed.
 * @param mayEndEarly whether something above may have stopped it before its last row: fewer rows than expected mean nothing then
 * @param parent the node above
 */
export function findMarks(node: PlanNode, parent: PlanNode | null, mayEndEarly: boolean): PlanMark[] {
  if ((numberOf(node, "Actual Loops") ?? 0) === 0) return [];
  return [markEstimate(node, parent, mayEndEarly), markSpill(node), markDiscarded(node), markHeapFetches(node)].filter(
    (mark) => mark !== null,
  );
}

/** PostgreSQL says of these that they had no rows, or counts rows again that it goes back to: "Using EXPLAIN", 14.1.3. */
function hasCount(node: PlanNode, parent: PlanNode | null): boolean {
  if (/^Bitmap(?:And|Or)$/.test(textOf(node, "Node Type") ?? "")) return false;
  return !(textOf(parent ?? {}, "Node Type") === "Merge Join" && textOf(node, "Parent Relationship") === "Inner");
}

function markEstimate(node: PlanNode, parent: PlanNode | null, mayEndEarly: boolean): PlanMark | null {
  const estimated = numberOf(node, "Plan Rows");
  const actual = numberOf(node, "Actual Rows");
  if (estimated === null || actual === null || !hasCount(node, parent)) return null;
  // None and one are the same to the planner: it never expects less than one row.
  const ratio = Math.max(actual, 1) / Math.max(estimated, 1);
  if (ratio >= WRONG_BY) {
    return {
      kind: "estimate",
      text: `${times(ratio)} as many rows as the planner expected.`,
      hint: "ANALYZE of the table on the primary gives it newer figures; extended statistics (CREATE STATISTICS) say which columns go together.",
    };
  }
  if (ratio > 1 / WRONG_BY || mayEndEarly) return null;
  return {
    kind: "estimate",
    text: `The planner expected ${times(1 / ratio)} as many rows.`,
    hint: "ANALYZE of the table on the primary gives it newer figures; extended statistics (CREATE STATISTICS) say which columns go together.",
  };
}

function times(ratio: number): string {
  return `${Math.round(ratio).toLocaleString("en")} times`;
}

const MEMORY_HINT = "Let it sort or hash fewer rows or columns, or have work_mem raised for the reader role.";

/** What did not fit into work_mem: sorts, hashes, and rows that are kept. */
function markSpill(node: PlanNode): PlanMark | null {
  const workers = Array.isArray(node["Workers"]) ? node["Workers"].filter(isPlanNode) : [];
  const all = [node, ...workers];
  const kilobytes = all.reduce(
    (sum, each) =>
      sum +
      (textOf(each, "Sort Space Type") === "Disk" ? (numberOf(each, "Sort Space Used") ?? 0) : 0) +
      (numberOf(each, "Disk Usage") ?? 0) +
      incrementalSpace(each),
    0,
  );
  if (kilobytes > 0) return spilled(`${sizeOfKilobytes(kilobytes)} did not fit into memory and went to disk.`);
  const batches = numberOf(node, "Hash Batches") ?? 1;
  if (batches > 1)
    return spilled(`The hash table did not fit into memory: ${batches} batches, all but one by way of the disk.`);
  if (textOf(node, "Storage") === "Disk") {
    const size = sizeOfKilobytes(numberOf(node, "Maximum Storage") ?? 0);
    return spilled(`The rows that it keeps (${size}) did not fit into memory and went to disk.`);
  }
  return null;
}

function incrementalSpace(node: PlanNode): number {
  return ["Full-sort Groups", "Pre-sorted Groups"].reduce((sum, name) => {
    const groups = node[name];
    const disk = isPlanNode(groups) ? groups["Sort Space Disk"] : undefined;
    return sum + (isPlanNode(disk) ? (numberOf(disk, "Peak Sort Space Used") ?? 0) : 0);
  }, 0);
}

function spilled(text: string): PlanMark {
  return { kind: "spilled", text, hint: MEMORY_HINT };
}

function sizeOfKilobytes(kilobytes: number): string {
  return kilobytes < 1024
    ? `${kilobytes} kB`
    : `${(kilobytes / 1024).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

/** A sequential scan that keeps few of the rows that it reads. Rows per execution, as the plan says them. */
function markDiscarded(node: PlanNode): PlanMark | null {
  if (textOf(node, "Node Type") !== "Seq Scan") return null;
  const loops = numberOf(node, "Actual Loops")!;
  const removed = (numberOf(node, "Rows Removed by Filter") ?? 0) * loops;
  const kept = (numberOf(node, "Actual Rows") ?? 0) * loops;
  if (removed < LEAST_DISCARDED_ROWS || removed / (removed + kept) < DISCARDED_PART) return null;
  const read = Math.round(removed + kept).toLocaleString("en");
  return {
    kind: "discarded",
    text: `It read ${read} rows and kept ${Math.round(kept).toLocaleString("en")} of them.`,
    hint: `An index on ${textOf(node, "Relation Name") ?? "the table"}, on the primary, for what the filter compares would let it read only those: ${textOf(node, "Filter") ?? ""}`,
  };
}

function markHeapFetches(node: PlanNode): PlanMark | null {
  const fetches = numberOf(node, "Heap Fetches") ?? 0;
  const rows = (numberOf(node, "Actual Rows") ?? 0) * numberOf(node, "Actual Loops")!;
  if (fetches < LEAST_HEAP_FETCHES || fetches < rows * HEAP_FETCHES_PART) return null;
  return {
    kind: "heap_fetches",
    text: `The index alone was not enough: ${fetches.toLocaleString("en")} rows were looked up in the table.`,
    hint: "VACUUM of the table on the primary marks pages whose rows everybody sees; those need no look.",
  };
}
