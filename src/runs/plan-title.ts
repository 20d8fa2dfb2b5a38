import { type PlanNode, textOf } from "./plan-node.ts";

/**
 * What a node does, in the words of EXPLAIN's text format, such as `Parallel Seq Scan on orders o`: made as
 * PostgreSQL's ExplainNode and ExplainScanTarget make them (src/backend/commands/explain.c).
 */
export function planTitle(node: PlanNode): string {
  const type = textOf(node, "Node Type") ?? "?";
  const partial = textOf(node, "Partial Mode");
  const words = [
    partial === "Partial" || partial === "Finalize" ? partial : "",
    node["Parallel Aware"] === true ? "Parallel" : "",
    node["Async Capable"] === true ? "Async" : "",
    nameOf(node, type),
    target(node, type),
  ];
  return words.filter((word) => word !== "").join(" ");
}

/** As SQL would have to write it; keywords, which PostgreSQL quotes too, stay as they are. */
function quote(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const AGGREGATES: Readonly<Record<string, string>> = {
  Sorted: "GroupAggregate",
  Hashed: "HashAggregate",
  Mixed: "MixedAggregate",
};

function nameOf(node: PlanNode, type: string): string {
  const join = textOf(node, "Join Type");
  const kind = join === null || join === "Inner" ? "" : `${join} `;
  if (type === "Nested Loop") return kind === "" ? type : `Nested Loop ${kind}Join`;
  if (type === "Hash Join" || type === "Merge Join") return type.replace("Join", `${kind}Join`);
  const strategy = textOf(node, "Strategy") ?? "";
  if (type === "Aggregate") return AGGREGATES[strategy] ?? type;
  if (type === "SetOp") return `${strategy === "Hashed" ? "Hash" : ""}SetOp ${textOf(node, "Command") ?? ""}`.trim();
  if (type === "Custom Scan") return `Custom Scan (${textOf(node, "Custom Plan Provider") ?? "?"})`;
  return type;
}

/** What it reads: the index, the table or what else, and its alias where that is another name. */
function target(node: PlanNode, type: string): string {
  const [index, alias, schema] = ["Index Name", "Alias", "Schema"].map((name) => textOf(node, name));
  if (type === "Bitmap Index Scan") return `on ${quote(index ?? "?")}`;
  const backward = textOf(node, "Scan Direction") === "Backward" ? "Backward " : "";
  const using = index === null || index === undefined ? "" : `${backward}using ${quote(index)} `;
  const read = READ.map((name) => textOf(node, name)).find((name) => name !== null) ?? alias;
  if (read === null || read === undefined) return using.trim();
  const name = schema === null || schema === undefined ? quote(read) : `${quote(schema)}.${quote(read)}`;
  return `${using}on ${name}${alias === null || alias === undefined || alias === read ? "" : ` ${quote(alias)}`}`;
}

/** The fields that say what a scan reads. */
const READ = ["Relation Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name"];
