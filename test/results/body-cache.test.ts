import { expect, test } from "vitest";
import { createBodyCache } from "../../src/results/body-cache.ts";

test("bodies take no more memory than they may, and the least used goes first", async () => {
  const cache = createBodyCache(10_000);
  const add = (name: string) => cache.getOrMake(name, async () => Buffer.alloc(3_000, name));
  for (const name of ["a", "b"]) await add(name);
  expect(cache.bytes).toBe(2 * (3_000 + 1 + 512));
  expect(cache.get("a")?.bytes.toString("latin1", 0, 1)).toBe("a");
  await add("c");
  expect(["a", "b", "c"].filter((name) => cache.get(name) !== undefined)).toStrictEqual(["a", "c"]);
  expect(cache.bytes).toBe(2 * (3_000 + 1 + 512));
});

test("a body larger than all of it is made, and not kept", async () => {
  const cache = createBodyCache(10_000);
  expect((await cache.getOrMake("a", async () => Buffer.alloc(20_000))).length).toBe(20_000);
  expect([cache.get("a"), cache.bytes]).toStrictEqual([undefined, 0]);
});

test("those who ask while a body is made get that one; one that fails is made again", async () => {
  const cache = createBodyCache();
  let made = 0;
  const make = async () => Buffer.from(`body ${++made}`);
  const bodies = await Promise.all([cache.getOrMake("a", make), cache.getOrMake("a", make)]);
  expect(bodies.map(({ bytes }) => bytes.toString())).toStrictEqual(["body 1", "body 1"]);
  await expect(cache.getOrMake("b", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect((await cache.getOrMake("b", make)).bytes.toString()).toBe("body 2");
});
