import { describeHelper, type HelperCase } from "./engines.ts";

const both = ["text, json", "text, jsonb"];
const of = (
  name: string,
  key: string | null,
  data: string | null,
  gives: unknown,
  types: string | string[] = both,
): HelperCase => ({
  name,
  types,
  args: [key, data],
  gives,
});
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describeHelper("get_text", [
  of("a text", "city", '{"city": "PERU"}', "PERU"),
  of("an empty text", "city", '{"city": ""}', ""),
  of("a number", "pop", '{"pop": 10050}', "10050"),
  of("a large id", "id", '{"id": 9007199254740991}', "9007199254740991"),
  of("a number as JavaScript writes it", "a", '{"a": [1.50, 1e21, 1e-7]}', "[1.5,1e+21,1e-7]", "text, json"),
  of("true", "a", '{"a": true}', "true"),
  of("false", "a", '{"a": false}', "false"),
  of("an array", "loc", '{"loc": [-89.1, "x", null]}', '[-89.1,"x",null]'),
  of("an object", "a", '{"a": {"b": {"c": []}}}', '{"b":{"c":[]}}'),
  of("a path", "a.b.0.c", '{"a": {"b": [{"c": "deep"}]}}', "deep"),
  of("a key with a dot", "a.b", '{"a.b": "dot", "a": {"b": "path"}}', "dot"),
  of("no such key", "x", '{"a": 1}', null),
  of("JSON's null", "a", '{"a": null}', null),
  of("the text null", "a", '{"a": "null"}', "null"),
  of("NULL key", null, "{}", null),
  of("NULL document", "a", null, null),
  of("a document that is a text", "0", '"abc"', null),
  of("an empty document", "", "{}", null),
  of("what all objects inherit", "toString", "{}", null),
  of("__proto__", "__proto__", '{"__proto__": "own"}', "own", "text, json"),
  of("constructor", "constructor.name", '{"constructor": {"name": "own"}}', "own"),
  of("toJSON as a key", "a", '{"a": {"toJSON": 1, "__proto__": 2}}', '{"toJSON":1,"__proto__":2}', "text, json"),
  of("beyond ASCII", "🎉", '{"🎉": "\\ud83d\\ude00 e\u0301 é כן 👩‍👩‍👧"}', "😀 e\u0301 é כן 👩‍👩‍👧"),
  of("quotes and ends of lines", "a", JSON.stringify({ a: "\"\\\n\t\u0001'" }), "\"\\\n\t\u0001'"),
  of("what no text can hold", "a", '{"a": "x\\u0000y\\ud800z\\udc00"}', "x\ufffdy\ufffdz\ufffd", "text, json"),
  of("what no text can hold, in an array", "a", '{"a": ["\\u0000", "\\udfff"]}', '["\\u0000","\\udfff"]', "text, json"),
  of("a number beyond a double's range", "a", '{"a": 1e400}', null, "text, json"),
  of("as deep as may be", "a", `{"a": ${nested(100)}}`, nested(100)),
  of("deeper", "a", `{"a": ${nested(101)}}`, null),
  of("much deeper", "a", `{"a": ${nested(2000)}}`, null),
  of("a long text", "a", JSON.stringify({ a: "é🎉".repeat(200_000) }), "é🎉".repeat(200_000)),
  of("a key as long as may be", "é".repeat(1000), JSON.stringify({ ["é".repeat(1000)]: "x" }), "x"),
  {
    name: "a longer key",
    types: both,
    args: ["k".repeat(1001), "{}"],
    error: /get_text: a key of at most 1,000 characters, this one has 1001/,
  },
]);
