import { childrenOf, listNodes, numberOf, type PlanNode, textOf } from "./plan-node.ts";

/** What each node has of something that PostgreSQL says together with all that is below it. */
export interface Shares {
  /** With what is below. */
  total: ReadonlyMap<PlanNode, number>;
  /** Without. */
  own: ReadonlyMap<PlanNode, number>;
}

/**
 * The milliseconds of a plan that was executed. "Actual Total Time" is the average of a node's executions: times its
 * loops it is "the total time actually spent in the node" (PostgreSQL's documentation, "Using EXPLAIN", 14.1.2). Below
 * a Gather every process's execution is a loop, and they are under way at once: what they have spent together is
 * divided by the processes, so that all times are those of the clock.
 */
export function measureTimes(root: PlanNode): Shares {
  const total = new Map<PlanNode, number>();
  const processes = new Map<PlanNode, number>();
  for (const { node, parent } of listNodes(root)) {
    const above = parent === null ? 1 : processes.get(parent)!;
    const count =
      parent !== null && isGather(parent) && isOuter(node) ? loops(node) / Math.max(loops(parent), 1) : above;
    processes.set(node, Math.max(count, 1));
    total.set(node, ((numberOf(node, "Actual Total Time") ?? 0) * loops(node)) / processes.get(node)!);
  }
  return { total, own: takeApart(root, total) };
}

/** The buffers that a plan has found in PostgreSQL's memory, or read into it: counted for all executions together. */
export function measureBuffers(root: PlanNode, name: "Shared Hit Blocks" | "Shared Read Blocks"): Shares {
  const total = new Map(listNodes(root).map(({ node }) => [node, numberOf(node, name) ?? 0]));
  return { total, own: takeApart(root, total) };
}

/**
 * The planner's costs. "The cost of an upper-level node includes the cost of all its child nodes" ("Using EXPLAIN",
 * 14.1.1), but a child's is that of one complete execution: the inner one of a nested loop takes place for each outer
 * row, a subplan for each row that is looked at, and a Limit ends one early. So a child's cost is taken so many times,
 * and then of all children together no more than their parent's.
 */
export function measureCosts(root: PlanNode): Shares {
  const total = new Map<PlanNode, number>([[root, costOf(root)]]);
  const own = new Map<PlanNode, number>();
  for (const { node } of listNodes(root)) {
    const whole = total.get(node)!;
    const children = childrenOf(node);
    const costs = children.map((child) => costOf(child) * timesOf(child, node));
    const sum = costs.reduce((a, b) => a + b, 0);
    const scale = sum > whole ? whole / sum : 1;
    children.forEach((child, index) => void total.set(child, costs[index]! * scale));
    own.set(node, Math.max(0, whole - sum * scale));
  }
  return { total, own };
}

function costOf(node: PlanNode): number {
  return numberOf(node, "Total Cost") ?? 0;
}

/** How often the planner expects a child to be executed. */
function timesOf(child: PlanNode, parent: PlanNode): number {
  const relationship = textOf(child, "Parent Relationship");
  const isLoop = relationship === "Inner" && textOf(parent, "Node Type") === "Nested Loop";
  const isSubPlan = relationship === "SubPlan" && !JSON.stringify(parent["Filter"] ?? "").includes("hashed SubPlan");
  if (!isLoop && !isSubPlan) return 1;
  const outer = childrenOf(parent).find(isOuter) ?? parent;
  return Math.max(numberOf(outer, "Plan Rows") ?? 1, 1);
}

function isGather(node: PlanNode): boolean {
  return /^Gather\b/.test(textOf(node, "Node Type") ?? "");
}

function isOuter(node: PlanNode): boolean {
  return textOf(node, "Parent Relationship") === "Outer";
}

function loops(node: PlanNode): number {
  return numberOf(node, "Actual Loops") ?? 0;
}

/**
 * What is a node's own of totals. A child's is in its parent's, with one exception: what a WITH query or another
 * InitPlan takes is in the node that first asks for it, which may be far from the one that it is written below. So it
 * is taken from those that read it, from the first on, as far as they have as much.
 */
function takeApart(root: PlanNode, total: ReadonlyMap<PlanNode, number>): ReadonlyMap<PlanNode, number> {
  const nodes = listNodes(root);
  const own = new Map<PlanNode, number>();
  for (const { node } of nodes) {
    const below = childrenOf(node).filter((child) => !isInitPlan(child));
    const sum = below.reduce((so, child) => so + total.get(child)!, 0);
    own.set(node, Math.max(0, total.get(node)! - sum));
  }
  const readers = findReaders(nodes.map(({ node }) => node));
  const places = new Map(nodes.map(({ node }, place) => [node, place]));
  for (const [start, { node, parent, end }] of nodes.entries()) {
    if (parent === null || !isInitPlan(node)) continue;
    const from = places.get(parent)!;
    const to = nodes[from]!.end;
    const within = (place: number): boolean => place >= from && place < to && (place < start || place >= end);
    const found = namesOf(node).flatMap((name) => readers.get(name) ?? []);
    const reading = [...new Set(found)].filter(within).toSorted((a, b) => a - b);
    let left = total.get(node)!;
    for (const place of reading.length === 0 ? [from] : reading) {
      const reader = nodes[place]!.node;
      const taken = Math.min(left, own.get(reader)!);
      own.set(reader, own.get(reader)! - taken);
      left -= taken;
    }
  }
  return own;
}

function isInitPlan(node: PlanNode): boolean {
  return textOf(node, "Parent Relationship") === "InitPlan";
}

/** Under which names an InitPlan is read: `CTE days`; `InitPlan 1`, and before PostgreSQL 17 `$0`. */
function namesOf(node: PlanNode): string[] {
  const name = textOf(node, "Subplan Name") ?? "";
  return [name.replace(/ \(returns .*$/, ""), ...(name.match(/\$\d+/g) ?? [])];
}

/** The places of the nodes that read an InitPlan, by its names. */
function findReaders(nodes: readonly PlanNode[]): Map<string, number[]> {
  const readers = new Map<string, number[]>();
  for (const [place, node] of nodes.entries()) {
    const { Plans: _, "Subplan Name": __, ...said } = node;
    const texts = Object.values(said).flatMap((value) => (Array.isArray(value) ? value : [value]));
    const names = texts.flatMap((text) => (typeof text === "string" ? (text.match(/InitPlan \w+|\$\d+/g) ?? []) : []));
    const cte = textOf(node, "CTE Name");
    if (cte !== null && textOf(node, "Node Type") === "CTE Scan") names.push(`CTE ${cte}`);
    for (const name of new Set(names)) {
      const places = readers.get(name) ?? [];
      places.push(place);
      readers.set(name, places);
    }
  }
  return readers;
}
