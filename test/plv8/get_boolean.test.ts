import { describeHelper, type HelperCase } from "./engines.ts";

const both = ["text, json", "text, jsonb"];
const of = (name: string, key: string | null, data: string | null, gives: unknown): HelperCase => ({
  name,
  types: both,
  args: [key, data],
  gives,
});

describeHelper("get_boolean", [
  of("true", "paid", '{"paid": true}', true),
  of("false", "paid", '{"paid": false}', false),
  of("the text true", "paid", '{"paid": "true"}', true),
  of("the text false", "paid", '{"paid": "false"}', false),
  of("another case", "paid", '{"paid": "TRUE"}', null),
  of("another word", "paid", '{"paid": "yes"}', null),
  of("an empty text", "paid", '{"paid": ""}', null),
  of("one", "paid", '{"paid": 1}', null),
  of("zero", "paid", '{"paid": 0}', null),
  of("an object", "paid", '{"paid": {"true": true}}', null),
  of("an array", "paid", '{"paid": [true]}', null),
  of("an element", "paid.0", '{"paid": [true]}', true),
  of("a path", "a.b", '{"a": {"b": false}}', false),
  of("a key with a dot", "a.b", '{"a": {"b": false}, "a.b": true}', true),
  of("JSON's null", "paid", '{"paid": null}', null),
  of("no such key", "paid", "{}", null),
  of("NULL key", null, '{"paid": true}', null),
  of("NULL document", "paid", null, null),
  of("a document that is true", "paid", "true", null),
  { ...of("__proto__", "__proto__", '{"__proto__": true}', true), types: "text, json" },
  of("what all objects inherit", "constructor", "{}", null),
  of("a path through __proto__ that is not there", "a.__proto__.b", '{"a": {}}', null),
  of("an astral key", "🎉.e\u0301", '{"🎉": {"e\u0301": true, "é": false}}', true),
  of("a hundred levels", Array(100).fill("0").join("."), `${"[".repeat(100)}true${"]".repeat(100)}`, true),
  of("beside two thousand levels", "a", `{"a": true, "b": ${"[".repeat(2000)}${"]".repeat(2000)}}`, true),
  of("a wide document", "99999", JSON.stringify(Array(100_000).fill(true)), true),
  of("a key as long as may be", "k".repeat(1000), "{}", null),
  {
    name: "a longer key",
    types: both,
    args: ["k".repeat(1001), "{}"],
    error: /get_boolean: a key of at most 1,000 characters, this one has 1001/,
  },
]);
