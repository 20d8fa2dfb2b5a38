import { expect, test } from "vitest";
import { createZip, type ZipFile } from "../../src/results/zip.ts";
import { readZip } from "./read-zip.ts";

async function zip(files: readonly ZipFile[], maxBytes?: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of createZip(each(files), maxBytes)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item, void, void> {
  yield* items;
}

test("an archive holds what was put in, and is the same bytes however that came", async () => {
  // Over several blocks, with matches that reach back over their borders.
  const content = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `<c>${(n * 7919) % 1009}</c>é`).join(""));
  expect(content.length).toBeGreaterThan(600_000);
  const cut = (bytes: number): Buffer[] => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < content.length; at += bytes) pieces.push(content.subarray(at, at + bytes));
    return pieces;
  };
  const archives = await Promise.all(
    [[content], cut(1000), cut(65_536), cut(262_144), [Buffer.alloc(0), content, Buffer.alloc(0)]].map((pieces) =>
      zip([
        { name: "é/empty.xml", pieces: [] },
        { name: "content.xml", pieces },
      ]),
    ),
  );
  expect(readZip(archives[0]!)).toStrictEqual({ "é/empty.xml": Buffer.alloc(0), "content.xml": content });
  expect(archives[0]!.length).toBeLessThan(content.length / 4);
  for (const archive of archives) expect(archive.equals(archives[0]!)).toBe(true);
});

test("an archive that would become too large breaks, and does not end", async () => {
  const files: ZipFile[] = [{ name: "a", pieces: [Buffer.alloc(300_000)] }];
  expect(Object.keys(readZip(await zip(files, 300_000)))).toStrictEqual(["a"]);
  await expect(zip(files, 299_999)).rejects.toThrow("This result is too large for XLSX");
  // What cannot be compressed is itself too much.
  await expect(zip([{ name: "a", pieces: [Buffer.alloc(10)] }], 40)).rejects.toThrow(
    "This result is too large for XLSX",
  );
});

test("an archive whose content fails breaks, and does not end", async () => {
  const failing = async function* (): AsyncGenerator<Buffer, void, void> {
    yield Buffer.from("a row");
    throw new Error("the run failed");
  };
  const pieces: Uint8Array[] = [];
  const archive = createZip(each([{ name: "a", pieces: failing() }]));
  await expect(
    (async () => {
      for await (const piece of archive) pieces.push(piece);
    })(),
  ).rejects.toThrow("the run failed");
  expect(Buffer.concat(pieces).includes("PK\u0005\u0006")).toBe(false);
});

test("whoever leaves in mid-archive ends what it is made from", async () => {
  let ended = false;
  const endless = async function* (): AsyncGenerator<Buffer, void, void> {
    try {
      for (;;) yield Buffer.alloc(64 * 1024);
    } finally {
      ended = true;
    }
  };
  const archive = createZip(each([{ name: "a", pieces: endless() }]));
  for (let n = 0; n < 4; n++) expect((await archive.next()).done).toBe(false);
  await archive.return();
  expect(ended).toBe(true);
});
