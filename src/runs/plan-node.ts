/** A node of a plan as EXPLAIN (FORMAT JSON) writes it: PostgreSQL's src/backend/commands/explain.c, ExplainNode. */
export type PlanNode = Readonly<Record<string, unknown>>;

/** A number of a node; null: it says none. */
export function numberOf(node: PlanNode, name: string): number | null {
  const value = node[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A text of a node; null: it says none. */
export function textOf(node: PlanNode, name: string): string | null {
  const value = node[name];
  return typeof value === "string" ? value : null;
}

/** The nodes that a node takes its rows from, or has run for a value: in PostgreSQL's order. */
export function childrenOf(node: PlanNode): readonly PlanNode[] {
  const plans = node["Plans"];
  return Array.isArray(plans) ? plans.filter(isPlanNode) : [];
}

export function isPlanNode(value: unknown): value is PlanNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The nodes of a plan, each before those below it, with the place behind the last one below it. Without recursion. */
export function listNodes(root: PlanNode): { node: PlanNode; parent: PlanNode | null; end: number }[] {
  const listed: { node: PlanNode; parent: PlanNode | null; end: number }[] = [];
  const left: { node: PlanNode; parent: PlanNode | null }[] = [{ node: root, parent: null }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    listed.push({ ...next, end: listed.length + 1 });
    const parent = next.node;
    left.push(
      ...childrenOf(parent)
        .toReversed()
        .map((node) => ({ node, parent })),
    );
  }
  const placed = new Map(listed.map((item) => [item.node, item]));
  for (const item of listed.toReversed()) {
    const above = item.parent && placed.get(item.parent);
    if (above) above.end = Math.max(above.end, item.end);
  }
  return listed;
}
