import { expect, test } from "vitest";
import { arrayText, joinElements, readArrayText } from "../../views/array-text.ts";

test.each([[[]], [["a"]], [["a,b", 'c"d', "e\\f", "{g}", "", " h ", "NULL", "null", "🙂", "line\nbreak"]]])(
  "what is written is read back: %j",
  (values) => {
    expect(readArrayText(arrayText(values))).toStrictEqual(values);
  },
);

test.each([
  ["{}", []],
  [" { a , b c } ", ["a", "b c"]],
  ['{a,"b, c",d\\,e}', ["a", "b, c", "d,e"]],
  ["{1,2,3}", ["1", "2", "3"]],
])("as PostgreSQL writes it, and people do: %s", (text, values) => {
  expect(readArrayText(text)).toStrictEqual(values);
});

test.each(["", "a", "{a", "a}", "{a,NULL}", "{{1,2},{3,4}}", "{a,}", '{"a}', '{"a"b}', "[0:1]={1,2}"])(
  "what ticks cannot show is not read: %s",
  (text) => {
    expect(readArrayText(text)).toBeNull();
  },
);

test("an array's elements are one field, behind the others", () => {
  const fields: [string, string][] = [
    ["a[]", ""],
    ["b", "1"],
    ["a[]", "x"],
    ["c[]", ""],
    ["a[]", 'y"'],
  ];
  expect(joinElements(fields)).toStrictEqual([
    ["b", "1"],
    ["a", '{"x","y\\""}'],
    ["c", "{}"],
  ]);
});
