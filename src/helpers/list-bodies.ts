// npm run helpers:bodies: adds the code of the helpers as it is now to sql/plv8/bodies.json, where the gate finds what
// readers may call. What is in there stays: databases may have helpers of an earlier release.
import { readFileSync, writeFileSync } from "node:fs";
import { helperFiles, sha256 } from "./helper-files.ts";

const file = new URL("../../sql/plv8/bodies.json", import.meta.url);
const known = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
const bodies = helperFiles().flatMap((helper) => helper.bodies.map((body) => [sha256(body), helper.name] as const));
const added = bodies.filter(([hash]) => known[hash] === undefined);
const all = { ...known, ...Object.fromEntries(added) };
const sorted = Object.fromEntries(
  Object.entries(all).toSorted(([a, one], [b, other]) => (one === other ? (a < b ? -1 : 1) : one < other ? -1 : 1)),
);
writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
process.stdout.write(`${new Set(added.map(([hash]) => hash)).size} new, ${Object.keys(sorted).length} in all\n`);
