import { readFile, stat } from "node:fs/promises";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const text = await readFile(new URL("SECURITY.md", root), "utf8");

test("every test that SECURITY.md names is there, and has tests", async () => {
  const named = [...new Set([...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path!))];
  expect(named.length).toBeGreaterThan(40);
  for (const path of named) {
    expect(path).toMatch(/^test\/.*\.test\.ts$/);
    const source = await readFile(new URL(path, root), "utf8").catch(() => "");
    expect([path, /\b(?:test|it)[.(]/.test(source)]).toStrictEqual([path, true]);
  }
});

test("every place that SECURITY.md names is there", async () => {
  const rows = text.split("\n").filter((line) => line.startsWith("| ") && line.includes("](test/"));
  const named = rows.flatMap((row) => [...row.split("|")[3]!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!));
  expect(named.length).toBeGreaterThan(40);
  for (const path of new Set(named)) {
    const found = await stat(new URL(path, root)).catch(() => null);
    expect([path, found !== null]).toStrictEqual([path, true]);
  }
});

test("each threat has a defence, a place and a test", () => {
  const defended = text.slice(text.indexOf("## What is defended"), text.indexOf("## What is not defended"));
  const rows = defended.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| threat"));
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const cells = row.split("|").slice(1, -1);
    expect([row, cells.length]).toStrictEqual([row, 4]);
    expect(cells[3]).toMatch(/\]\(test\//);
  }
});

test("it says how to report, without an address that nobody reads", () => {
  expect(text).toContain("Open a private security advisory on the repository, or write to its owner.");
  expect(text).not.toMatch(/[\w.]+@[\w.]+\.\w+/);
});
