import { readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { AUDIT_ACTIONS } from "../../src/people/audit-actions.ts";

const root = new URL("../../", import.meta.url);
const actions = Object.keys(AUDIT_ACTIONS);

test("the README's table of the audit has every action, and no other one", async () => {
  const readme = await readFile(new URL("README.md", root), "utf8");
  const section = /### Audit\n(.*?)\n##/s.exec(readme)![1]!;
  const cells = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell]) => cell!);
  const said = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, action]) => action!));
  expect(said.toSorted()).toStrictEqual(actions.toSorted());
});

test("every action is written by something", async () => {
  const paths = globSync("src/**/*.ts", { cwd: root.pathname }).filter((path) => !path.endsWith("audit-actions.ts"));
  const sources = await Promise.all(paths.map((path) => readFile(new URL(path, root), "utf8")));
  const code = sources.join("\n");
  expect(actions.filter((action) => !code.includes(`"${action}"`))).toStrictEqual([]);
});

test("every action has words of its own", () => {
  const words = Object.values(AUDIT_ACTIONS);
  expect(new Set(words).size).toBe(words.length);
  for (const action of actions) expect(action).toMatch(/^[a-z_]+\.[a-z_]+$/);
});
