import { loadModule, scanSync } from "libpg-query";
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../src/errors.ts";
import { readSqlToken } from "../../src/runs/sql-lexer.ts";
import { compileTemplate, MAX_PARAMETERS, MAX_SQL_BYTES } from "../../src/runs/template.ts";

function errorOf(sql: string): AppError {
  try {
    compileTemplate(sql);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`Nothing was thrown for ${sql}`);
}

function listParameters(count: number): string {
  return Array.from({ length: count }, (_, i) => `{{p${i}}}`).join();
}

/** The 1-based position of the nth place where the character stands. */
function placeOf(needle: string, from: string[], nth = 1): number {
  let found = -1;
  for (let i = 0; i < nth; i++) found = from.indexOf(needle, found + 1);
  return found + 1;
}

/** Blanks that comments leave behind, made one or none. */
function squeeze(sql: string): string {
  return sql
    .replaceAll(/ +/g, " ")
    .replaceAll(/ ?([\n\r]) ?/g, "$1")
    .trim();
}

describe("parameters", () => {
  it("become numbers, the same name the same number", () => {
    const { text, parameters } = compileTemplate("select {{b}}, {{ a }}, {{b}} where x = {{A}}");
    expect(text).toBe("select $1, $2, $1 where x = $3");
    expect(parameters).toEqual([
      { name: "b", default: null },
      { name: "a", default: null },
      { name: "A", default: null },
    ]);
  });

  it.each([
    ["{{a:10}}", "10"],
    ["{{ a : x y }}", "x y"],
    ["{{a:}}", ""],
    ["{{a: \n }}", ""],
    ["{{a:b:c}}", "b:c"],
    ['{{a:it\'s "q" -- $1 /*}}', 'it\'s "q" -- $1 /*'],
    ["{{a:2020-01-01'--}}", "2020-01-01'--"],
    ["{{a:é😀}}", "é😀"],
    ["{{a:{1}}", "{1"],
  ])("%j has the default %j", (sql, value) => {
    const template = compileTemplate(`select ${sql}`);
    expect(template.text).toBe("select $1");
    expect(template.parameters).toEqual([{ name: "a", default: value }]);
  });

  it("have one default, wherever it is given", () => {
    const parameters = [{ name: "a", default: "1" }];
    expect(compileTemplate("select {{a}}, {{a:1}}, {{a}}").parameters).toEqual(parameters);
    expect(compileTemplate("select {{a:1}}, {{a: 1 }}").parameters).toEqual(parameters);
    const error = errorOf("select 'é', {{a:1}}, {{b}}, {{a:2}}");
    expect(error).toMatchObject({ code: "invalid_request", position: 29 });
    expect(error.message).toContain('"1" before, "2" here');
    expect(errorOf("select {{a:}}, {{a:2}}").message).toContain('"" before, "2" here');
  });

  it("take names that objects have already", () => {
    const names = ["constructor", "toString", "hasOwnProperty"];
    const { parameters } = compileTemplate(`select ${names.map((name) => `{{${name}}}`).join()}`);
    expect(parameters.map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ["{{}}", "has no name"],
    ["{{ : x}}", "has no name"],
    ["{{1a}}", '"1a" cannot be the name'],
    ["{{a b}}", '"a b" cannot be the name'],
    ["{{a-b:1}}", '"a-b" cannot be the name'],
    ["{{é}}", '"é" cannot be the name'],
    [`{{a${"b".repeat(63)}}}`, "cannot be the name"],
    ["{{a", "not closed"],
    ["{{a}", "not closed"],
    ["{{a: {{b}}", "not closed"],
    ["{{{a}}", '"{a" cannot be the name'],
    ["{{ ( select 1 ) }}", "cannot be the name"],
  ])("cannot be written %s", (written, message) => {
    const error = errorOf(`select '漢', ${written}`);
    expect(error).toMatchObject({ code: "invalid_request", position: 13, message: expect.stringContaining(message) });
    expect(error.hint).toContain("{{name}}");
  });

  it("may have the longest name that PostgreSQL gives to anything", () => {
    const name = `a${"_".repeat(62)}`;
    expect(compileTemplate(`select {{${name}}}`).parameters).toEqual([{ name, default: null }]);
  });

  const reserved = "bom delimiter escape_formulas rows numbers result version wait as_of refresh format next".split(
    " ",
  );
  it.each([...reserved, "Rows", "_", "_a", "utm_source"])("cannot be named %s", (name) => {
    expect(errorOf(`select {{${name}:1}}`)).toMatchObject({
      code: "invalid_request",
      position: 8,
      message: `A parameter cannot be named ${name}: that name is kept for the clip's URL.`,
    });
  });

  it("are at most 100", () => {
    expect(compileTemplate(`select ${listParameters(MAX_PARAMETERS)}, {{p0}}`).parameters).toHaveLength(100);
    expect(errorOf(`select ${listParameters(101)}`).message).toContain("may have 100 parameters");
  });

  it.each(["select $1", "select 'a', 1$2", "select 1 where a=$1", "select $1$$a$$"])(
    "cannot be numbered by the author: %s",
    (sql) => {
      const error = errorOf(sql);
      expect(error).toMatchObject({ code: "invalid_request", position: sql.search(/\$\d/) + 1 });
      expect(error.hint).toContain("{{name}}");
    },
  );
});

describe("parameters do not glue to what is beside them", () => {
  beforeAll(() => loadModule());

  it.each([
    ["{{a}}{{b}}", "$1 $2"],
    ["1{{a}}", "1 $1"],
    ["a{{b}}c", "a $1 c"],
    ["{{a}}1", "$1 1"],
    ["{{a}}/**/{{b}}", "$1    $2"],
    ["{{a}}-{{b}}", "$1-$2"],
    ["é{{a}}é", "é $1 é"],
    ["foo$1{{a}}", "foo$1 $1"],
    ["{{a}}$$x$$", "$1 $$x$$"],
    ["$$x$${{a}}", "$$x$$ $1"],
    ["{{a}}::int+{{b}}.x", "$1::int+$2.x"],
    ["'x'{{a}}\n'y'", "'x'$1\n'y'"],
  ])("%j becomes %j", (sql, text) => {
    expect(compileTemplate(sql).text).toBe(text);
    const params = scanSync(text).tokens.filter((token) => token.tokenName === "PARAM");
    expect(params.map((token) => token.text)).toEqual(text.includes("$2") ? ["$1", "$2"] : ["$1"]);
  });
});

describe("where {{name}} is no parameter", () => {
  it.each([
    ["select 1 -- {{x}} $1 {{", "select 1"],
    ["select 1 -- '\n+ 1 -- {{x}}", "select 1\n+ 1"],
    ["select 1 /* {{x}} $1 */", "select 1"],
    ["/* /* */ {{x}} */ select 1", "select 1"],
    ["/* /* {{x}} */ ' {{y}} */ select 1", "select 1"],
    ["select 1+--{{x}}\n1", "select 1+\n1"],
    ["select 1 */*{{x}}\n😀*/ 1", "select 1 *\n 1"],
    ["select 'a' -- '{{x}}\n 'b'", "select 'a'\n 'b'"],
    ["select e'a' -- '{{x}}\r\n--{{y}}'\n '\\'b'--", "select e'a'\r\n\n '\\'b'"],
  ])("makes comments blank: %j", (sql, bare) => {
    const { text, parameters } = compileTemplate(sql);
    expect(parameters).toEqual([]);
    expect(text).toHaveLength(sql.length);
    expect(squeeze(text)).toBe(squeeze(bare));
  });

  it("keeps a block comment behind a string, so that no string continues it", () => {
    const sql = "select 'a' -- x\n /* {{x}} */\n 'b' /* {{y}} */";
    expect(compileTemplate(sql).text).toBe(sql.replace("-- x", "    "));
  });

  it.each([
    "select '{{', '}}', '{{1,2},{3,4}}', '{{a,b},{c,d}}', '{{}}', '{{1}}', '{ {a} }', '$1'",
    `select '{"a":{"b":{"c":1}}}', $${"$"}{{ "a": 1 }}$$, '{{"a"}}', '{{a:b},{c}}'`,
    `select "{{" from "a $1"`,
    "select foo$1, $a$ $1 $b$ $a$",
  ])("leaves alone %s", (sql) => {
    expect(compileTemplate(sql)).toMatchObject({ text: sql, parameters: [] });
  });

  it.each([
    ["select '¦{{a}}'", "a string"],
    ["select 'é😀 ¦{{ a : 1 }} x'", "a string"],
    ["select 'it''s ¦{{a}}'", "a string"],
    ["select e'\\' ¦{{a}}'", "a string"],
    ["select E'\\\\', '¦{{a}}'", "a string"],
    ["select 'a\\', '¦{{a}}'", "a string"],
    ["select u&'¦{{a}}'", "a string"],
    ["select n'¦{{a}}'", "a string"],
    ["select b'0''1' '¦{{a}}'", "a string"],
    ["select 'a'\n '¦{{a}}'", "a string"],
    ["select e'a' -- '\n '\\' ¦{{a}}'", "a string"],
    ["select $$¦{{a}}$$", "a string"],
    ["select $x$ $y$ ¦{{a}} $y$ $x$", "a string"],
    ["select $é$ $$ ¦{{a}} $é$", "a string"],
    ["select 1$$¦{{a}}$$", "a string"],
    ['select "¦{{a}}"', "a quoted identifier"],
    ['select "x""¦{{a}}"', "a quoted identifier"],
    ['select U&"¦{{a}}"', "a quoted identifier"],
  ])("refuses %s", (marked, where) => {
    const position = Array.from(marked.slice(0, marked.indexOf("¦"))).length + 1;
    const error = errorOf(marked.replace("¦", ""));
    const message = `The parameter {{a}} stands inside ${where}.`;
    expect(error).toMatchObject({ code: "invalid_request", message, position });
  });

  it("says what to write instead", () => {
    expect(errorOf("select '{{a:1}}'").hint).toMatch(
      /^Write \{\{a\}\} without quotes: its value is sent to PostgreSQL separately, never pasted into the SQL\./,
    );
    expect(errorOf('select "{{a}}"').hint).toContain("cannot be the name of a table or a column");
  });

  it.each([
    ["select 'a\\' || {{a}} || '", "select 'a\\' || $1 || '"],
    ["select e'\\'' || {{a}}", "select e'\\'' || $1"],
    ["select x$$ || {{a}} || $$", "select x$$ || $1 || $$"],
    ["select 'a' '{{' || {{a}}", "select 'a' '{{' || $1"],
    ["/* /* */ */ select {{a}} --", "select $1"],
    ["select 1 --'\n, {{a}} --'", "select 1\n, $1"],
    ["select 1 --\r, {{a}}", "select 1\r, $1"],
    ["select $a$ $A$ $a$, {{a}}, $A$", "select $a$ $A$ $a$, $1, $A$"],
  ])("sees where strings and comments end: %j", (sql, text) => {
    expect(squeeze(compileTemplate(sql).text)).toBe(squeeze(text));
  });

  it.each([
    "select '{{a}}",
    "select e'{{a}}\\'",
    'select "{{a}}',
    "select $x$ {{a}} $X$",
    "select /* /* {{a}} */",
    "select u&'{{a}}",
  ])("leaves to PostgreSQL what has no end: %s", (sql) => {
    expect(compileTemplate(sql)).toMatchObject({ text: sql, parameters: [] });
  });
});

describe("text that is no SQL", () => {
  it("is refused for a NUL, half a surrogate pair, or its length", () => {
    expect(errorOf("select 'é\0'")).toMatchObject({ code: "invalid_request", position: 10 });
    expect(errorOf("select 'é\0'").message).toContain("NUL");
    expect(errorOf("select '😀\ud83d'")).toMatchObject({ code: "invalid_request", position: 10 });
    expect(errorOf("select '\ude00'").message).toContain("surrogate");
    const longest = `select '${"é".repeat((MAX_SQL_BYTES - 9) / 2 - 0.5)}'`;
    expect(compileTemplate(`${longest} `).text).toHaveLength(longest.length + 1);
    expect(errorOf(`${longest}  `)).toMatchObject({ code: "request_too_large" });
    expect(errorOf("x".repeat(MAX_SQL_BYTES + 1)).message).toContain("100000 bytes");
  });
});

describe("positions", () => {
  it("lead back to the author's SQL", () => {
    const sql = "select '😀', {{first_one:1}}{{b}}x, 1{{b}} from t";
    const { text, toSourcePosition } = compileTemplate(sql);
    expect(text).toBe("select '😀', $1 $2 x, 1 $2 from t");
    const characters = Array.from(text);
    const source = Array.from(sql);
    expect(toSourcePosition(1)).toBe(1);
    expect(toSourcePosition(placeOf("😀", characters))).toBe(placeOf("😀", source));
    expect(toSourcePosition(placeOf(",", characters))).toBe(placeOf(",", source));
    expect(toSourcePosition(placeOf("$", characters))).toBe(placeOf("{", source));
    expect(toSourcePosition(placeOf("1", characters))).toBe(placeOf("{", source));
    expect(toSourcePosition(placeOf("$", characters, 2))).toBe(placeOf("{", source, 3));
    expect(toSourcePosition(placeOf("x", characters))).toBe(placeOf("x", source));
    expect(toSourcePosition(placeOf("$", characters, 3))).toBe(placeOf("{", source, 5));
    expect(toSourcePosition(characters.length)).toBe(source.length);
    // PostgreSQL reports "at end of input" one behind the last character.
    expect(toSourcePosition(characters.length + 1)).toBe(source.length + 1);
    expect(compileTemplate("").toSourcePosition(1)).toBe(1);
  });
});

describe("the lexer agrees with PostgreSQL's", () => {
  beforeAll(() => loadModule());

  const corpus = [
    "select 'a', e'\\'', E'\\\\', e'a''b\\''",
    "select $$ $a$ $$, $a$ $$ $b$ $a$, $_1$x$_1$, $é$x$é$",
    "select $a$$b$$a$, $a$ $$a$, $$a$b$$",
    "/* /* */ {{x}} */ select 1 /**/ /***/ /*/ */ + /* ** */ 2",
    "/*/**/*/ select 1 /* * / */",
    "select U&'d\\0061t' uescape '!', u&\"d\\0061\", b'01', X'fF', n'abc'",
    "select 'a' \n 'b' 'c'",
    "select 'a' /* no */\n 'b'",
    "select 'a'\r\n'b', u&'a'\n'b', b'0'\n'1'",
    "select b'0''1', x'0''1'",
    'select "a""b", """", "\'" from "--" where "/*" = \'"\'',
    "select foo$1, foo$$, é$$a$$, foo$a$bar$a$",
    "select 1$$a$$, 1.5$$a$$, .5e-3, 1_000, 0x1F",
    "select a+--x\n-b, a*/*x*/b, a-/*--*/b, a@-b, c||'d'",
    "select 1--\r+ 2 -- end",
    "select nobody'x', e 'x', _e'\\'",
    "select '', '''', '''''', ''\n'', e'', $$$$",
    "select x'1'/*'*/'2', \"a\"'b'$$c$$",
    "select 'ü😀' as \"ä😀\" -- ö😀",
    "select a::text, b[1:2], c->>'d', e'f', f'g', be'\\'",
    "select 'a'\n\t \r\n'b' 'c'\f'd'",
  ];
  const STARTS = /^(?:['"]|[eEbBxX]'|[uU]&['"]|--|\/\*|\$(?!\d)|[A-Za-z_\u0080-\uffff])/;

  it.each(corpus)("on %j", (sql) => {
    const bytes = new TextEncoder();
    const offset = (unit: number): number => bytes.encode(sql.slice(0, unit)).length;
    const ours: string[] = [];
    for (let at = 0; at < sql.length;) {
      const token = readSqlToken(sql, at);
      if (!["other", "braces", "positional"].includes(token.kind)) {
        ours.push(`${offset(token.start)}-${offset(token.end)} ${sql.slice(token.start, token.end)}`);
      }
      at = token.end;
    }
    const text = new TextDecoder();
    const theirs = scanSync(sql)
      .tokens.map(({ start, end }) => ({ start, end, text: text.decode(bytes.encode(sql).slice(start, end)) }))
      .filter((token) => STARTS.test(token.text))
      .map((token) => `${token.start}-${token.end} ${token.text}`);
    expect(ours).toEqual(theirs);
    expect(theirs.length).toBeGreaterThan(1);
  });

  it("continues a string behind line comments, as PostgreSQL does and libpg-query does not", () => {
    const literals = ["e'a' -- it's\n --'\n\t'\\'b'", "'a'\n--b\n--c\n\n'd' -- 'e'\n'f'", "'a'--b\n'c'", "'a'--\r'b'"];
    for (const literal of literals) {
      expect(readSqlToken(`${literal}, 'x'`, 0)).toMatchObject({
        kind: "string",
        start: 0,
        end: literal.length,
        terminated: true,
      });
    }
    expect(readSqlToken("'a' --b", 0).end).toBe(3);
    expect(readSqlToken("'a' --b\n c 'd'", 0).end).toBe(3);
    expect(readSqlToken("'a' /* b */\n 'c'", 0).end).toBe(3);
  });

  it("takes a time in proportion to the text, whatever stands in it", () => {
    const pieces = ["'a'\n", "--\n", "'a' -- -- -- \n", "/*", "$a$", "{", "\n ", "e'\\"];
    for (const piece of pieces) {
      const sql = piece.repeat(Math.floor(90_000 / piece.length));
      let tokens = 0;
      for (let at = 0; at < sql.length; tokens++) at = readSqlToken(sql, at).end;
      expect(tokens).toBeGreaterThan(0);
    }
  });
});

it("a type inside of the braces is an error that says where it goes", () => {
  expect(() => compileTemplate("SELECT {{day::date}}")).toThrow(
    expect.objectContaining({ code: "invalid_request", position: 8, hint: "Write it behind them: {{day}}::date." }),
  );
});
