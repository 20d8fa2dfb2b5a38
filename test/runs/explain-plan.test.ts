import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExplainedNode, type ExplainedPlan, explainPlan } from "../../src/runs/explain-plan.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
let follower: pg.Client;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query(`
    CREATE TABLE customers AS SELECT n::int AS id, 'customer ' || n AS name, n % 10 AS region FROM generate_series(1, 1000) AS n;
    ALTER TABLE customers ADD PRIMARY KEY (id);
    CREATE TABLE skewed AS SELECT n::int AS id, n % 100 AS a, n % 100 AS b FROM generate_series(1, 20000) AS n;
    CREATE INDEX skewed_id ON skewed (id);
    GRANT SELECT ON customers, skewed TO dataclips_reader;
    ANALYZE numbers; ANALYZE customers; ANALYZE skewed`);
  await server.catchUp();
  follower = new pg.Client(server.readerUrl);
  await follower.connect();
});
afterAll(async () => {
  await follower?.end();
  await server?.close();
});

/** Explains a query on the follower, with settings for its transaction. */
async function explain(sql: string, { analyze = true, settings = {} as Record<string, string> } = {}) {
  await follower.query("BEGIN READ ONLY");
  try {
    const quiet = { max_parallel_workers_per_gather: "0", jit: "off", ...settings };
    for (const [name, value] of Object.entries(quiet)) {
      await follower.query("SELECT set_config($1, $2, true)", [name, value]);
    }
    const options = analyze ? "FORMAT JSON, SUMMARY, ANALYZE, BUFFERS" : "FORMAT JSON, SUMMARY";
    const { rows } = await follower.query({ text: `EXPLAIN (${options}) ${sql}`, rowMode: "array" });
    return explainPlan(JSON.stringify(rows[0]![0]));
  } finally {
    await follower.query("ROLLBACK");
  }
}

function all(plan: ExplainedPlan): ExplainedNode[] {
  const list = (node: ExplainedNode): ExplainedNode[] => [node, ...node.children.flatMap(list)];
  return list(plan.root);
}

function find(plan: ExplainedPlan, title: string | RegExp): ExplainedNode {
  const found = all(plan).find((node) => (typeof title === "string" ? node.title === title : title.test(node.title)));
  if (!found)
    throw new Error(
      `no ${title} in ${all(plan)
        .map((node) => node.title)
        .join(", ")}`,
    );
  return found;
}

const kinds = (node: ExplainedNode): string[] => node.marks.map(({ kind }) => kind);
const detail = (node: ExplainedNode, name: string): string | undefined =>
  node.details.find((each) => each.name === name)?.text;

/** Every plan's own times add up to the whole's, whatever is in it; shares to one. */
function expectWhole(plan: ExplainedPlan): void {
  const nodes = all(plan);
  expect(nodes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
  for (const { own_ms, total_ms } of nodes) expect(own_ms!).toBeLessThanOrEqual(total_ms! + 0.002);
  expect(nodes.flatMap(kinds)).toContain("slow");
}

test("a sequential scan that throws most rows away is marked, with its filter", async () => {
  const plan = await explain("SELECT * FROM numbers WHERE amount = 13.70");
  expect(plan).toMatchObject({ analyzed: true, planning_ms: expect.any(Number), execution_ms: expect.any(Number) });
  expect(plan.root).toMatchObject({
    title: "Seq Scan on numbers",
    loops: 1,
    actual_rows: 1,
    rows_removed: 19_999,
    share: 1,
    never_executed: false,
    buffers: { hit: expect.any(Number), read: expect.any(Number) },
  });
  expect(kinds(plan.root)).toStrictEqual(["slow", "discarded"]);
  expect(plan.root.marks[0]!.text).toBe("The slow part: 100 % of the time.");
  expect(plan.root.marks[1]).toMatchObject({
    text: "It read 20,000 rows and kept 1 of them.",
    hint: "An index on numbers, on the primary, for what the filter compares would let it read only those: (amount = 13.70)",
  });
  expect(detail(plan.root, "Filter")).toBe("(amount = 13.70)");
  expectWhole(plan);
});

test("without ANALYZE nothing is executed, and the costs say what is slow", async () => {
  const plan = await explain("SELECT n.id FROM numbers n JOIN customers c USING (id) ORDER BY c.name", {
    analyze: false,
  });
  expect(plan).toMatchObject({ analyzed: false, execution_ms: null, planning_ms: expect.any(Number) });
  const titles = all(plan).map(({ title }) => title);
  expect(titles).toStrictEqual(["Sort", "Hash Join", "Seq Scan on numbers n", "Hash", "Seq Scan on customers c"]);
  const scan = find(plan, "Seq Scan on numbers n");
  expect(scan).toMatchObject({ actual_rows: null, loops: null, own_ms: null, total_ms: null, buffers: null });
  expect(scan.marks).toStrictEqual([
    { kind: "slow", text: expect.stringMatching(/^The slow part: \d\d % of the estimated cost\.$/), hint: null },
  ]);
  expect(detail(find(plan, "Sort"), "Sort Key")).toBe("c.name");
  expect(detail(find(plan, "Hash Join"), "Hash Cond")).toBe("(n.id = c.id)");
  expect(all(plan).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
});

test("the cost of a query that a Limit ends early is the Limit's, not that of all the rows", async () => {
  const plan = await explain("SELECT * FROM numbers LIMIT 1", { analyze: false });
  expect(plan.root).toMatchObject({ title: "Limit", cost: expect.closeTo(0.02, 1), share: 0 });
  expect(find(plan, "Seq Scan on numbers").share).toBe(1);
});

test("a nested loop's inner side counts as often as it was executed", async () => {
  const settings = { enable_hashjoin: "off", enable_mergejoin: "off", enable_memoize: "off", enable_material: "off" };
  const plan = await explain("SELECT count(*) FROM skewed s JOIN customers c ON c.id = s.id", { settings });
  const inner = find(plan, "Index Only Scan using skewed_id on skewed s");
  expect(inner).toMatchObject({
    loops: 1000,
    actual_rows: 1,
    details: expect.arrayContaining([{ name: "Index Cond", text: "(id = c.id)" }]),
  });
  expect(inner.total_ms!).toBeGreaterThan(0.1);
  expectWhole(plan);
  const estimated = await explain("SELECT count(*) FROM skewed s JOIN customers c ON c.id = s.id", {
    settings,
    analyze: false,
  });
  const cost = find(estimated, inner.title);
  expect(cost.share).toBeGreaterThan(0.3);
});

test("parallel workers' times are those of the clock, and their rows those of each", async () => {
  const settings = {
    max_parallel_workers_per_gather: "2",
    parallel_setup_cost: "0",
    parallel_tuple_cost: "0",
    min_parallel_table_scan_size: "0",
  };
  const plan = await explain("SELECT count(*), sum(length(repeat(name, 20))) FROM numbers", { settings });
  expect(all(plan).map(({ title }) => title)).toStrictEqual([
    "Finalize Aggregate",
    "Gather",
    "Partial Aggregate",
    "Parallel Seq Scan on numbers",
  ]);
  const gather = find(plan, "Gather");
  const scan = find(plan, "Parallel Seq Scan on numbers");
  expect(detail(gather, "Workers Planned")).toBe("2");
  expect(scan.loops! * scan.actual_rows!).toBeCloseTo(20_000, -1);
  for (const node of [find(plan, "Partial Aggregate"), scan]) {
    expect(node.total_ms!).toBeLessThanOrEqual(gather.total_ms!);
  }
  expectWhole(plan);
});

describe("what a WITH query and an InitPlan take is theirs, and of nobody else", () => {
  const SLOW = "SELECT sum(length(repeat(name, 200))) AS total FROM numbers";

  test("a WITH query that is read far from where it is written", async () => {
    const plan = await explain(
      `WITH slow AS MATERIALIZED (${SLOW}) SELECT c.id, slow.total FROM customers c CROSS JOIN slow ORDER BY c.name`,
    );
    const cte = all(plan).find(({ subplan }) => subplan === "CTE slow")!;
    expect(cte.total_ms!).toBeGreaterThan(1);
    const scan = find(plan, "CTE Scan on slow");
    expect(scan.total_ms!).toBeGreaterThanOrEqual(cte.total_ms!);
    expect(scan.own_ms!).toBeLessThan(cte.total_ms! / 2);
    expect(find(plan, "Sort").own_ms!).toBeGreaterThan(0);
    expect(kinds(find(plan, "Seq Scan on numbers")).concat(kinds(cte))).toContain("slow");
    expectWhole(plan);
  });

  test("an InitPlan that a node further down asks for first", async () => {
    const plan = await explain(`SELECT * FROM customers WHERE id < (${SLOW}) ORDER BY name`);
    const init = all(plan).find(({ subplan }) => subplan?.startsWith("InitPlan 1"))!;
    const reader = find(plan, /Scan.* on customers/);
    expect(reader.total_ms!).toBeGreaterThanOrEqual(init.total_ms!);
    expect(reader.own_ms!).toBeLessThan(init.total_ms! / 2);
    expectWhole(plan);
  });

  test("a SubPlan is executed for each row, by the node that it is written below", async () => {
    const plan = await explain(
      "SELECT c.id, (SELECT count(*) FROM numbers n WHERE n.id BETWEEN c.id AND c.id + 1) FROM customers c WHERE c.id <= 20",
    );
    const sub = all(plan).find(({ subplan }) => subplan?.startsWith("SubPlan"))!;
    expect(sub.loops).toBe(20);
    expect(plan.root.own_ms!).toBeLessThan(sub.total_ms!);
    expect(find(plan, "Seq Scan on numbers n")).toMatchObject({ loops: 20, rows_removed: 20 * 19_998 });
    expectWhole(plan);
  });
});

test("what was never executed says so, and takes no time", async () => {
  const plan = await explain("SELECT * FROM customers c JOIN numbers n USING (id) WHERE c.name = 'nobody' AND n.even", {
    settings: { enable_hashjoin: "off", enable_mergejoin: "off", enable_seqscan: "on" },
  });
  const never = all(plan).filter((node) => node.never_executed);
  expect(never.map(({ title }) => title)).toStrictEqual(["Seq Scan on numbers n"]);
  expect(never[0]).toMatchObject({ own_ms: 0, total_ms: 0, share: 0, loops: 0, marks: [] });
});

test("an estimate that is wrong by ten times is marked, unless a Limit has stopped the node", async () => {
  const wrong = await explain("SELECT * FROM skewed WHERE a = 7 AND b = 7");
  // Two columns that say the same: 200 rows are there, and the planner expects two.
  expect(wrong.root).toMatchObject({ estimated_rows: 2, actual_rows: 200 });
  expect(wrong.root.marks.find(({ kind }) => kind === "estimate")!.text).toBe(
    "100 times as many rows as the planner expected.",
  );
  const few = await explain("SELECT * FROM skewed WHERE a = b AND id + 0 < 0");
  expect(few.root.marks.find(({ kind }) => kind === "estimate")!.text).toMatch(
    /^The planner expected \d+ times as many rows\.$/,
  );
  const limited = await explain("SELECT * FROM numbers LIMIT 3");
  // Of 20,000: a follower lacks the empty pages at the primary's end, by which the planner counts.
  const scan = find(limited, "Seq Scan on numbers");
  expect([scan.actual_rows, scan.estimated_rows > 10_000]).toStrictEqual([3, true]);
  expect(all(limited).flatMap(kinds)).not.toContain("estimate");
  const sorted = await explain("SELECT * FROM skewed WHERE a = b AND id + 0 < 0 ORDER BY id + 0 LIMIT 3");
  expect(kinds(find(sorted, "Seq Scan on skewed"))).toContain("estimate");
});

test("what went to disk is marked", async () => {
  const sort = await explain("SELECT * FROM numbers ORDER BY name", { settings: { work_mem: "64kB" } });
  expect(find(sort, "Sort").marks.find(({ kind }) => kind === "spilled")!.text).toMatch(
    /^[\d,.]+ (?:kB|MB) did not fit into memory and went to disk\.$/,
  );
  const join = await explain("SELECT count(*) FROM numbers a JOIN numbers b USING (name)", {
    settings: { work_mem: "64kB", enable_mergejoin: "off", enable_nestloop: "off" },
  });
  expect(kinds(find(join, "Hash"))).toContain("spilled");
  const group = await explain("SELECT name, count(*) FROM numbers GROUP BY name", {
    settings: { work_mem: "64kB", enable_sort: "off" },
  });
  expect(find(group, "HashAggregate")).toMatchObject({
    marks: expect.arrayContaining([expect.objectContaining({ kind: "spilled" })]),
  });
  const enough = await explain("SELECT * FROM numbers ORDER BY name", { settings: { work_mem: "64MB" } });
  expect(all(enough).flatMap(kinds)).not.toContain("spilled");
});

test("an index-only scan that looks into the table is marked", async () => {
  // Nothing has been vacuumed since the rows came.
  const plan = await explain("SELECT count(id) FROM skewed WHERE id BETWEEN 1 AND 500", {
    settings: { enable_seqscan: "off", enable_bitmapscan: "off", enable_indexscan: "off" },
  });
  const scan = find(plan, "Index Only Scan using skewed_id on skewed");
  expect(scan.marks.find(({ kind }) => kind === "heap_fetches")!.text).toBe(
    "The index alone was not enough: 500 rows were looked up in the table.",
  );
  expect(detail(scan, "Index Cond")).toBe("((id >= 1) AND (id <= 500))");
});

test.each([
  ["SELECT DISTINCT even FROM numbers", "HashAggregate"],
  ["SELECT 1", "Result"],
  ["VALUES (1), (2)", 'Values Scan on "*VALUES*"'],
  ["SELECT * FROM generate_series(1, 3) AS n", "Function Scan on generate_series n"],
  ["SELECT id FROM customers INTERSECT SELECT id FROM numbers", "HashSetOp Intersect"],
  ["SELECT * FROM customers c LEFT JOIN skewed s ON s.id = c.id", "(?:Hash|Merge) (?:Left|Right) Join"],
  ["SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM skewed s WHERE s.id = c.id)", "Anti Join"],
  ["SELECT max(id) FROM customers", "Index Only Scan Backward using customers_pkey on customers"],
])("%s is said in PostgreSQL's own words", async (sql, title) => {
  const options = { analyze: true };
  const plan = await explain(sql, options);
  const { rows } = await follower.query<{ "QUERY PLAN": string }>(`EXPLAIN (COSTS OFF) ${sql}`);
  const words = rows.map((row) => row["QUERY PLAN"].replace(/^\s*(?:->\s+)?/, ""));
  for (const node of all(plan)) expect(words).toContain(node.title);
  expect(all(plan).some((node) => new RegExp(title.replaceAll("*", "\\*")).test(node.title))).toBe(true);
});

test("the plans of PostgreSQL 13 to 16 name an InitPlan by its parameter", () => {
  const node = (fields: Record<string, unknown>): Record<string, unknown> => ({
    "Plan Rows": 1,
    "Total Cost": 1,
    "Actual Rows": 1,
    "Actual Loops": 1,
    ...fields,
  });
  const init = node({
    "Node Type": "Aggregate",
    "Parent Relationship": "InitPlan",
    "Subplan Name": "InitPlan 1 (returns $0)",
    "Actual Total Time": 90,
  });
  const reader = node({
    "Node Type": "Seq Scan",
    "Parent Relationship": "Outer",
    Filter: "(id < $0)",
    "Actual Total Time": 95,
  });
  const root = node({ "Node Type": "Sort", "Actual Total Time": 98, Plans: [init, reader] });
  const plan = explainPlan(JSON.stringify([{ Plan: root }]));
  expect(all(plan).map(({ title, own_ms }) => [title, own_ms])).toStrictEqual([
    ["Sort", 3],
    ["Aggregate", 90],
    ["Seq Scan", 5],
  ]);
});

test("a plan of a thousand levels is cut where people stop reading, and says so", () => {
  let plan: Record<string, unknown> = { "Node Type": "Result", "Total Cost": 1 };
  for (let level = 0; level < 1000; level++) plan = { "Node Type": "Limit", "Total Cost": 1, Plans: [plan] };
  const nodes = all(explainPlan(JSON.stringify([{ Plan: plan }])));
  expect(nodes).toHaveLength(60);
  expect(nodes.at(-1)!.details).toContainEqual({ name: "Not shown", text: "941 more nodes below" });
});
