import { describeHelper, type HelperCase } from "./engines.ts";

const of = (
  name: string,
  csv: string | null,
  records: [line: number, ...fields: string[]][],
  delimiter?: string | null,
): HelperCase => ({
  name,
  args: delimiter === undefined ? [csv] : [csv, delimiter],
  rows: records.map(([line, ...fields]) => ({ line, fields })),
});
const fails = (name: string, csv: string, error: RegExp, delimiter = ","): HelperCase => ({
  name,
  args: [csv, delimiter],
  error,
});

describeHelper("parse_csv", [
  // RFC 4180, section 2.
  of("CRLF at the end", "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", [
    [1, "aaa", "bbb", "ccc"],
    [2, "zzz", "yyy", "xxx"],
  ]),
  of("no CRLF at the end", "aaa,bbb,ccc\r\nzzz,yyy,xxx", [
    [1, "aaa", "bbb", "ccc"],
    [2, "zzz", "yyy", "xxx"],
  ]),
  of("quoted fields", '"aaa","bbb","ccc"\r\nzzz,yyy,xxx', [
    [1, "aaa", "bbb", "ccc"],
    [2, "zzz", "yyy", "xxx"],
  ]),
  of("a line's end in quotes", '"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx', [
    [1, "aaa", "b\r\nbb", "ccc"],
    [3, "zzz", "yyy", "xxx"],
  ]),
  of("a quote in quotes", '"aaa","b""bb","ccc"', [[1, "aaa", 'b"bb', "ccc"]]),
  of("LF", "a\nb\n", [
    [1, "a"],
    [2, "b"],
  ]),
  of("CR", "a\rb", [
    [1, "a"],
    [2, "b"],
  ]),
  of("all three", 'a\r\n"\n\r\r\n"\rb\nc', [
    [1, "a"],
    [2, "\n\r\r\n"],
    [6, "b"],
    [7, "c"],
  ]),
  of("an empty text", "", []),
  of("NULL", null, []),
  of("NULL delimiter", "a", [], null),
  of("an empty line", "a\n\nb", [
    [1, "a"],
    [2, ""],
    [3, "b"],
  ]),
  of("one end of a line", "\n", [[1, ""]]),
  of("empty fields", ",\n,,", [
    [1, "", ""],
    [2, "", "", ""],
  ]),
  of("empty quoted fields", '"",""', [[1, "", ""]]),
  of("a delimiter at the end", "a,", [[1, "a", ""]]),
  of("only quotes", '""""""', [[1, '""']]),
  of("spaces stay", " a , b ", [[1, " a ", " b "]]),
  of("a quote within", 'a"b,c""', [[1, 'a"b', 'c""']]),
  of("records of different lengths", "a,b\nc\nd,e,f", [
    [1, "a", "b"],
    [2, "c"],
    [3, "d", "e", "f"],
  ]),
  of("a byte order mark", '\ufeff"a",b', [[1, "a", "b"]]),
  of("a byte order mark alone", "\ufeff", []),
  of("a semicolon", "a;b,c;1,5", [[1, "a", "b,c", "1,5"]], ";"),
  of("a tab", 'a\t"b\tc"', [[1, "a", "b\tc"]], "\t"),
  of("an astral delimiter", "a🎉b😀c", [[1, "a", "b😀c"]], "🎉"),
  of("what an array's text has", '{},"a\\""b",NULL,null,"NULL"', [[1, "{}", 'a\\"b', "NULL", "null", "NULL"]]),
  of("beyond ASCII", "é,e\u0301,🎉,\u2028", [[1, "é", "e\u0301", "🎉", "\u2028"]]),
  of("names that JavaScript knows", "__proto__,constructor,length", [[1, "__proto__", "constructor", "length"]]),
  fails("a quote that is not closed", 'a\nb,"c\nd', /parse_csv: the quote of line 2 is not closed/),
  fails("one at the end", '"', /parse_csv: the quote of line 1 is not closed/),
  fails("one that only looks closed", '"a""', /parse_csv: the quote of line 1 is not closed/),
  fails("text behind a closing quote", 'a\n"b\n"c,d', /parse_csv: text behind the closing quote of line 3/),
  fails("no delimiter", "a", /parse_csv: a delimiter is one character/, ""),
  fails("two characters", "a", /parse_csv: a delimiter is one character/, "::"),
  fails("a quote as delimiter", "a", /parse_csv: a delimiter is one character/, '"'),
  fails("an end of a line as delimiter", "a", /parse_csv: a delimiter is one character/, "\n"),
  of("one field as long as may be", "é".repeat(2_000_000), [[1, "é".repeat(2_000_000)]]),
  of("one quoted field of quotes", `"${'""'.repeat(999_999)}"`, [[1, '"'.repeat(999_999)]]),
  fails("one character more", "a".repeat(2_000_001), /parse_csv: at most 2,000,000 characters, this text has 2000001/),
  of("as many fields as may be", ",".repeat(199_999), [[1, ...Array<string>(200_000).fill("")]]),
  of(
    "as many lines as may be",
    "\n".repeat(200_000),
    Array.from({ length: 200_000 }, (_, index): [number, string] => [index + 1, ""]),
  ),
  fails("one field more", ",".repeat(200_000), /parse_csv: at most 200,000 fields/),
]);
