import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { checkReadOnly, loadGate } from "../../src/runs/gate.ts";
import { compileTemplate } from "../../src/runs/template.ts";
import {
  HARMLESS,
  REFUSED_BEHIND_COMMENTS,
  REFUSED_FUNCTIONS,
  REFUSED_RELATIONS,
  REFUSED_STATEMENTS,
} from "./gate-corpus.ts";

beforeAll(() => loadGate());

function errorOf(check: () => unknown): AppError {
  try {
    check();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

/** Takes the ¦ out of the SQL and gives its 1-based position in characters. */
function readMark(marked: string): { sql: string; position: number } {
  const unit = marked.indexOf("¦");
  if (unit < 0) throw new Error(`No ¦ in ${marked}`);
  return { sql: marked.replace("¦", ""), position: Array.from(marked.slice(0, unit)).length + 1 };
}

/** SQL that the parser takes some 20 ms to overflow its stack on. */
const TOO_DEEP = `select 1${"+1".repeat(45_000)}`;

describe("what only reads", () => {
  it.each(HARMLESS)("allows %s", (sql) => {
    expect(() => checkReadOnly(compileTemplate(sql).text)).not.toThrow();
  });

  it("says what the statement uses", () => {
    const names = checkReadOnly(
      `with w as (table app.orders) select app.f(a.b) ## c::app.t, count(*), "App"."F""x"(1) from w as o, "Odd"`,
    );
    expect(names.map(({ kind, schema, name, byte }) => `${kind} ${schema ?? "-"} ${name} ${byte}`)).toEqual([
      "relation app orders 17",
      "function app f 36",
      "attribute - b 42",
      "operator - ## 47",
      "type app t 53",
      "function - count 60",
      'function App F"x 70',
      "relation - w 91",
      "relation - Odd 99",
    ]);
    expect(checkReadOnly("explain select f()").map(({ name }) => name)).toEqual(["f"]);
  });

  it("allows the parameters of a template", () => {
    const { text } = compileTemplate("select * from t where a = {{a}} and b = any({{b}}::int[]) limit {{n:10}}");
    expect(
      checkReadOnly(text)
        .filter(({ kind }) => kind === "relation")
        .map(({ name }) => name),
    ).toEqual(["t"]);
  });
});

describe("what does not only read", () => {
  it.each([...REFUSED_STATEMENTS, ...REFUSED_FUNCTIONS, ...REFUSED_RELATIONS])("refuses %s", (marked, message) => {
    const { sql, position } = readMark(marked);
    const error = errorOf(() => checkReadOnly(sql));
    expect(error).toMatchObject({ code: "not_read_only", position, message: expect.stringMatching(message) });
  });

  it.each(REFUSED_BEHIND_COMMENTS)("refuses %j", (marked, message) => {
    const { sql, position } = readMark(marked);
    const { text, toSourcePosition } = compileTemplate(sql);
    const error = errorOf(() => checkReadOnly(text));
    expect(error).toMatchObject({ code: "not_read_only", message: expect.stringMatching(message) });
    expect(toSourcePosition(error.position ?? 0)).toBe(position);
  });

  it("says what to do", () => {
    expect(errorOf(() => checkReadOnly("delete from t")).hint).toMatch(/Write a SELECT/);
    expect(errorOf(() => checkReadOnly("select 1; select 2")).hint).toMatch(/a clip of each/);
    expect(errorOf(() => checkReadOnly("select t.nextval from t")).hint).toMatch(/without the table's name/);
    expect(errorOf(() => checkReadOnly("table pg_stats")).hint).toMatch(/give it another name/);
  });

  it("counts characters outside of the basic plane as one", () => {
    expect(errorOf(() => checkReadOnly("select '😀é漢', nextval('s')")).position).toBe(15);
  });
});

describe("what PostgreSQL cannot read", () => {
  it.each([
    ["¦selec 1", 'syntax error at or near "selec"'],
    ["select 'é😀', x+ ¦from t", 'syntax error at or near "from"'],
    ["select 'é😀' +¦", "syntax error at end of input"],
    ["select 1¦) to stdout; copy (select 2", 'syntax error at or near ")"'],
    ["select ¦'abc", `unterminated quoted string at or near "'abc"`],
    [`select ¦"abc`, 'unterminated quoted identifier at or near ""abc"'],
    ["select ¦$$abc", 'unterminated dollar-quoted string at or near "$$abc"'],
    ["select 1 ¦/* abc", 'unterminated /* comment at or near "/* abc"'],
  ])("reports %s as PostgreSQL does", (marked, message) => {
    const { sql, position } = readMark(marked);
    const { text } = compileTemplate(sql);
    expect(errorOf(() => checkReadOnly(text))).toMatchObject({
      code: "query_failed",
      status: 422,
      sqlstate: "42601",
      message,
      position,
    });
  });

  it.each(["", " \n", ";", "-- nothing", "/* nothing */ ; ;"])("says that %j is empty", (sql) => {
    expect(errorOf(() => checkReadOnly(sql))).toMatchObject({ code: "invalid_request", message: "The SQL is empty." });
  });

  it("refuses a NUL itself, behind which the parser would not look", () => {
    expect(errorOf(() => checkReadOnly("select 1\0; drop table t"))).toMatchObject({
      code: "invalid_request",
      position: 9,
    });
  });
});

describe("what is nested too deeply", () => {
  const tooDeep = { code: "invalid_request", message: expect.stringContaining("nested too deeply") };

  it.each([
    ["operators", TOO_DEEP],
    ["NOT", `select ${"not ".repeat(20_000)}true`],
    ["parentheses", `select ${"(".repeat(40_000)}1${")".repeat(40_000)}`],
    ["sub-selects", `${"(select ".repeat(8_000)}1${")".repeat(8_000)}`],
  ])("refuses a long chain of %s", (_, sql) => {
    expect(errorOf(() => checkReadOnly(sql))).toMatchObject(tooDeep);
  });

  it("goes on working at once, and however often it happens", async () => {
    // An instance of the parser that is used on breaks for good after some 40 overflows.
    for (let round = 0; round < 80; round++) {
      expect(errorOf(() => checkReadOnly(TOO_DEEP))).toMatchObject(tooDeep);
      expect(checkReadOnly("select count(*) from t").map(({ name }) => name)).toEqual(["count", "t"]);
      await new Promise(setImmediate);
    }
    expect(errorOf(() => checkReadOnly("select 1 +"))).toMatchObject({ code: "query_failed", position: 11 });
  });

  it("walks what the parser can still read", () => {
    expect(checkReadOnly(`select ${"f(".repeat(300)}1${")".repeat(300)}`)).toHaveLength(300);
    expect(errorOf(() => checkReadOnly(`select 1${"+1".repeat(1000)}+nextval('s')`)).position).toBe(2010);
    expect(() => checkReadOnly(`select 1${" union select 1".repeat(1000)}`)).not.toThrow();
    expect(() => checkReadOnly(`select 1 in (${"1,".repeat(30_000)}1)`)).not.toThrow();
  });
});
