import { describeHelper, type HelperCase } from "./engines.ts";

const of = (name: string, documents: (string | null)[], gives: Record<string, Record<string, number>>): HelperCase => ({
  name,
  over: documents.map((document) => [document]),
  gives,
});
const fails = (name: string, documents: string[], error: RegExp): HelperCase => ({
  name,
  over: documents.map((document) => [document]),
  error,
});
const keys = (count: number): string =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 1])));
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

describeHelper("json_shape", [
  of(
    "the announcement's cities",
    ['{"loc": [-86.5, 33.5], "pop": 6055, "city": "ACMAR"}', '{"loc": [-86.4, 34.3], "pop": "13650"}'],
    {
      $: { object: 2 },
      "$.city": { string: 1 },
      "$.loc": { array: 2 },
      "$.loc[*]": { number: 4 },
      "$.pop": { number: 1, string: 1 },
    },
  ),
  of("no documents", [], {}),
  of("NULL", [null, '{"a": 1}', null], { $: { object: 1 }, "$.a": { number: 1 } }),
  of("only NULL", [null], {}),
  of("JSON's null alone", ["null"], {}),
  of("empty documents", ["{}", "[]", "{}"], { $: { array: 1, object: 2 } }),
  of("values alone", ["1", '"x"', "true", "false"], { $: { boolean: 2, number: 1, string: 1 } }),
  of("each type", ['{"a": [null, true, 1, "x", {}, [2]]}'], {
    $: { object: 1 },
    "$.a": { array: 1 },
    "$.a[*]": { array: 1, boolean: 1, null: 1, number: 1, object: 1, string: 1 },
    "$.a[*][*]": { number: 1 },
  }),
  of("objects in arrays", ['[{"a": 1}, {"a": null, "b": 2}]'], {
    $: { array: 1 },
    "$[*]": { object: 2 },
    "$[*].a": { null: 1, number: 1 },
    "$[*].b": { number: 1 },
  }),
  of("names that JavaScript knows", ['{"constructor": 1, "toString": {"length": 2}}'], {
    $: { object: 1 },
    "$.constructor": { number: 1 },
    "$.toString": { object: 1 },
    "$.toString.length": { number: 1 },
  }),
  {
    ...of("__proto__, which PL/JS loses", ['{"__proto__": {"a": 1}}'], {
      $: { object: 1 },
      "$.__proto__": { object: 1 },
      "$.__proto__.a": { number: 1 },
    }),
    onPljs: { gives: { $: { object: 1 } } },
  },
  of("beyond ASCII", ['{"🎉": {"e\u0301": 1, "é": 2}}'], {
    $: { object: 1 },
    "$.🎉": { object: 1 },
    "$.🎉.e\u0301": { number: 1 },
    "$.🎉.é": { number: 1 },
  }),
  of(
    "many documents",
    Array.from({ length: 10_000 }, (_, index) => `{"a": ${index}, "b": [${index}]}`),
    {
      $: { object: 10_000 },
      "$.a": { number: 10_000 },
      "$.b": { array: 10_000 },
      "$.b[*]": { number: 10_000 },
    },
  ),
  of("as many documents as may be", Array(100_000).fill("1"), { $: { number: 100_000 } }),
  fails("one more", Array(100_001).fill("1"), /json_shape: at most 100,000 documents, these are 100001/),
  of("as many values as may be", Array(10).fill(`[${Array(24_999).fill("1").join(",")}]`), {
    $: { array: 10 },
    "$[*]": { number: 249_990 },
  }),
  fails("more", Array(10).fill(`[${Array(25_000).fill("1").join(",")}]`), /json_shape: at most 250,000 values/),
  fails("very many in one array", [`[${Array(250_001).fill("1").join(",")}]`], /json_shape: at most 250,000 values/),
  of(
    "as many paths as may be",
    [keys(9_999)],
    Object.fromEntries([
      ["$", { object: 1 }],
      ...Array.from({ length: 9_999 }, (_, i) => [`$.k${i}`, { number: 1 }] as const),
    ]),
  ),
  fails("one more path", [keys(10_000)], /json_shape: at most 10,000 different paths/),
  of("a path as long as may be", [JSON.stringify({ ["k".repeat(998)]: 1 })], {
    $: { object: 1 },
    [`$.${"k".repeat(998)}`]: { number: 1 },
  }),
  fails("a longer one", [JSON.stringify({ ["k".repeat(999)]: 1 })], /json_shape: at most 1,000 characters of a path/),
  of(
    "as deep as may be",
    [nested(101)],
    Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`$${"[*]".repeat(i)}`, { array: 1 }])),
  ),
  fails("deeper", [nested(102)], /json_shape: at most 100 levels/),
  fails("much deeper", [nested(2000)], /json_shape: at most 100 levels/),
]);
