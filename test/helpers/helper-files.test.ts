import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { helperFiles, parseHelperFile, sha256 } from "../../src/helpers/helper-files.ts";
import { installHelpers } from "../../src/helpers/install-helpers.ts";
import { isKnownBody } from "../../src/helpers/known-bodies.ts";
import { readMarker, withoutMarker } from "../../src/helpers/marker.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const FILES = helperFiles();

test("there are helpers", () => {
  expect(FILES.map(({ name }) => name)).toContain("object_from_arrays");
});

test.for(FILES)("the code of $name is listed for the gate (npm run helpers:bodies)", ({ bodies }) => {
  expect(bodies.length).toBeGreaterThan(0);
  expect(bodies.map(sha256).filter((hash) => !isKnownBody(hash))).toEqual([]);
});

test.for(FILES)("what $name is for is told of each function that people call", ({ name, routines }) => {
  const called = routines.filter((routine) => routine.name === name);
  expect(called.length).toBeGreaterThan(0);
  expect(called.map(({ comment }) => comment)).toEqual(called.map(() => expect.stringMatching(/\S/)));
});

test("names, types, results and comments are read, whatever is in the JavaScript", () => {
  const file = parseHelperFile(
    "shown",
    `-- shown
CREATE OR REPLACE FUNCTION :"schema".shown(vals double precision[], word text DEFAULT 'a, (b', VARIADIC more int[] DEFAULT '{}')
RETURNS TABLE(a int,
  b text)
LANGUAGE :"language" IMMUTABLE
AS $js$
CREATE OR REPLACE FUNCTION :"schema".other(a int) RETURNS int
$js$;
COMMENT ON FUNCTION :"schema".shown(double precision[], text, int[]) IS
  'It''s; shown(1) is 2.';
CREATE OR REPLACE AGGREGATE :"schema".summed(int) (
  SFUNC = pg_catalog.int4pl
);
`,
  );
  expect(file.routines).toEqual([
    {
      name: "shown",
      types: ["double precision[]", "text", "int[]"],
      signature: "shown(vals double precision[], word text DEFAULT 'a, (b', VARIADIC more int[] DEFAULT '{}')",
      result: "TABLE(a int, b text)",
      comment: "It's; shown(1) is 2.",
    },
    { name: "summed", types: ["int"], signature: "summed(int)", result: null, comment: null },
  ]);
  expect(file.bodies).toEqual(['\nCREATE OR REPLACE FUNCTION :"schema".other(a int) RETURNS int\n']);
  expect(() => parseHelperFile("bad", "CREATE TABLE t (n int);")).toThrow("a CREATE that is not written");
  expect(() => parseHelperFile("bad", "SELECT 1;")).toThrow("is not a helper");
});

test("a mark counts only as the last line of a comment", () => {
  const mark = "dataclips helper one 0123456789abcdef fedcba9876543210";
  const read = { helper: "one", fileHash: "0123456789abcdef", definitionHash: "fedcba9876543210" };
  expect(readMarker(`About it.\n${mark}`)).toEqual(read);
  expect(readMarker(mark)).toEqual(read);
  expect(withoutMarker(`About\nit.\n${mark}`)).toBe("About\nit.");
  expect(withoutMarker(mark)).toBeNull();
  for (const other of [null, "", `${mark}\nmore`, `not a ${mark}`, mark.slice(0, -1)])
    expect(readMarker(other)).toBeNull();
});

describe.runIf(hasPljs)("in a database", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
    await installHelpers(server.deps.databases.get("test"));
  });
  afterAll(() => server.close());

  test("there are the functions that the files declare, and no others", async () => {
    const { rows } = await server.primary.query(
      "SELECT proname AS name FROM pg_proc WHERE pronamespace = 'dataclips'::regnamespace",
    );
    const declared = FILES.flatMap(({ routines }) => routines.map(({ name }) => name));
    expect(rows.map(({ name }) => name).toSorted()).toEqual(declared.toSorted());
  });

  test("their code in the catalog is letter by letter that of the files", async () => {
    const { rows } = await server.primary.query(
      "SELECT prosrc FROM pg_proc WHERE pronamespace = 'dataclips'::regnamespace AND prokind = 'f'",
    );
    const bodies = FILES.flatMap((file) => file.bodies);
    expect(rows.map(({ prosrc }) => prosrc).toSorted()).toEqual(bodies.toSorted());
  });
});
