import { crc32, inflateRawSync } from "node:zlib";
import { expect } from "vitest";

/** The files of an archive, by its directory; checks what each header says of them. */
export function readZip(zip: Buffer): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  let at = zip.readUInt32LE(end + 16);
  expect(at + zip.readUInt32LE(end + 12)).toBe(end);
  for (let n = 0; n < zip.readUInt16LE(end + 10); n++) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [crc, compressed, bytes] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + 46, at + 46 + nameBytes);
    const start = zip.readUInt32LE(at + 42);
    const content = start + 30 + nameBytes;
    expect(zip.readUInt32LE(start)).toBe(0x04034b50);
    // The local header says that the sizes come later; times are the same for ever.
    expect(zip.subarray(start + 4, start + 26).toString("hex")).toBe(`1400080808000000210000000000${"00".repeat(8)}`);
    files[name] = inflateRawSync(zip.subarray(content, content + compressed));
    expect([files[name]!.length, crc32(files[name]!)]).toStrictEqual([bytes, crc]);
    const descriptor = content + compressed;
    expect([0, 4, 8, 12].map((offset) => zip.readUInt32LE(descriptor + offset))).toStrictEqual([
      ...[0x08074b50, crc, compressed, bytes],
    ]);
    at += 46 + nameBytes;
  }
  expect(at).toBe(end);
  return files;
}
