import { expect, test } from "vitest";
import { createSlug, fileName, readSlug, speakingSlug } from "../../src/clips/slug.ts";

const SLUG = "abcdefghijklmnopqrstuvwxyzab";

test("a new slug is 28 lowercase letters, another one each time", () => {
  const slugs = Array.from({ length: 200 }, createSlug);
  for (const slug of slugs) expect(slug).toMatch(/^[a-z]{28}$/);
  expect(new Set(slugs).size).toBe(200);
  // Every letter comes up: 5600 draws leave one out with a chance of 26 · e^-215.
  expect(new Set(slugs.join("")).size).toBe(26);
});

test.each([SLUG, `${SLUG}-`, `${SLUG}-weekly-revenue`, `${SLUG}-Ümläut & more`, `${SLUG}-a\nb`, `${SLUG}--`])(
  "%j is read as the slug",
  (text) => expect(readSlug(text)).toBe(SLUG),
);

test.each([
  "",
  "-",
  SLUG.slice(1),
  `${SLUG}c`,
  SLUG.toUpperCase(),
  `A${SLUG.slice(1)}`,
  `1${SLUG.slice(1)}`,
  ` ${SLUG}`,
  `${SLUG} `,
  `${SLUG}\n`,
  `${SLUG}.csv`,
  `${SLUG}/x`,
  `weekly-${SLUG}`,
])("%j has no slug in it", (text) => expect(readSlug(text)).toBeNull());

test.each([
  ["Weekly revenue", "weekly-revenue"],
  ["  Crème brûlée: 100 % ", "creme-brulee-100"],
  ["Straße", "stra-e"],
  ["2026/11", "2026-11"],
  ["日本語", ""],
  ["---", ""],
  ['"; filename="evil.exe', "filename-evil-exe"],
  ["a\r\nSet-Cookie: x=1", "a-set-cookie-x-1"],
  ["../../etc/passwd", "etc-passwd"],
  [`${"a".repeat(59)} bcd`, "a".repeat(59)],
  ["x".repeat(80), "x".repeat(60)],
])("the title %j is the file name %j", (title, name) => expect(fileName(title)).toBe(name));

test("a title's words follow the slug; without any, the slug stands alone", () => {
  expect(speakingSlug(SLUG, "Weekly revenue")).toBe(`${SLUG}-weekly-revenue`);
  expect(speakingSlug(SLUG, "日本語")).toBe(SLUG);
  expect(readSlug(speakingSlug(SLUG, "Weekly revenue"))).toBe(SLUG);
});
