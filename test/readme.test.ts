import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { AppError, type ErrorCode } from "../src/errors.ts";
import { FORMAT_NAMES } from "../src/results/formats.ts";

const root = new URL("../", import.meta.url);
const readme = await readFile(new URL("README.md", root), "utf8");

/** The cells of a table's rows that begin with a pattern. */
function rows(first: RegExp): string[][] {
  return readme
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell]) => first.test(cell!));
}

function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
}

test("the README's error codes are those of the code, with the same status", async () => {
  const said = rows(/^\d{3}/).flatMap(([statuses, codes]) => {
    const numbers = statuses!.split(",").map(Number);
    return quoted(codes!).map((code, n) => [code, numbers[n] ?? numbers[0]!] as const);
  });
  for (const [code, status] of said)
    expect([code, new AppError(code as ErrorCode, "").status]).toStrictEqual([code, status]);
  const source = await readFile(new URL("src/errors.ts", root), "utf8");
  const known = [...source.matchAll(/^ {2}(\w+): \d{3},$/gm)].map(([, code]) => code!);
  expect(said.map(([code]) => code).toSorted()).toStrictEqual(known.toSorted());
});

test("the README's settings are those that are read", async () => {
  const said = rows(/^`[A-Z_]+`$/).map(([name]) => quoted(name!)[0]!);
  const source = await readFile(new URL("src/config.ts", root), "utf8");
  const read = new Set([...source.matchAll(/setting\("([A-Z_]+)"\)/g)].map(([, name]) => name!));
  expect(said.toSorted()).toStrictEqual([...read].toSorted());
});

test("the README's settings of a database are those that are read", async () => {
  const table = readme.slice(readme.indexOf("| of a database |"), readme.indexOf("### The log"));
  const said = table.split("\n").flatMap((line) => (line.startsWith("| `") ? quoted(line.split("|")[1]!) : []));
  const source = await readFile(new URL("src/config.ts", root), "utf8");
  const schema = source.slice(source.indexOf("const DatabaseJson"), source.indexOf("/** DATACLIPS_DATABASES"));
  const read = [...schema.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name!);
  expect(said.toSorted()).toStrictEqual(read.toSorted());
});

test("the README's formats and scripts are there", async () => {
  expect(rows(/^`<clip or share>\./).map(([name]) => quoted(name!)[0]!.split(".")[1])).toStrictEqual(FORMAT_NAMES);
  const { scripts } = JSON.parse(await readFile(new URL("package.json", root), "utf8")) as { scripts: object };
  const said = [...readme.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name]) => name!).filter((name) => name !== "ci");
  for (const name of new Set(said)) expect(Object.keys(scripts)).toContain(name);
});

test("the README's links lead to files, or to headings of its own", async () => {
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(
    ([, text]) => `#${text!.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
  );
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
  expect(headings).toEqual(expect.arrayContaining(links.filter((link) => link.startsWith("#"))));
  for (const path of links.filter((link) => !/^(#|https:)/.test(link))) {
    await expect(readFile(new URL(path, root), "utf8")).resolves.not.toBe("");
  }
});
