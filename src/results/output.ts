const USUAL_BYTES = 128 * 1024;
/** A scratch buffer that one huge row made larger than this is given back at the next take(). */
const KEEP_BYTES = 2 * 1024 * 1024;

/**
 * Bytes being written: one reused buffer. A writer reserves the most that a row can need, then writes by index without
 * looking at bounds again (what made the writers fast: no bounds logic, no object and no string per row).
 */
export interface Output {
  bytes: Buffer;
  length: number;
}

/** An empty output. */
export function createOutput(): Output {
  return { bytes: Buffer.allocUnsafeSlow(USUAL_BYTES), length: 0 };
}

/** Makes room for so many more bytes; the buffer may be another one afterwards. */
export function reserve(out: Output, bytes: number): void {
  if (out.length + bytes <= out.bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(out.bytes.length * 2, out.length + bytes));
  out.bytes.copy(larger, 0, 0, out.length);
  out.bytes = larger;
}

/** Appends text as UTF-8. */
export function writeText(out: Output, text: string): void {
  reserve(out, text.length * 3);
  out.length += out.bytes.write(text, out.length, "utf8");
}

/** The bytes so far as a buffer of their own; the output is empty afterwards. */
export function take(out: Output): Buffer<ArrayBuffer> {
  const taken = Buffer.allocUnsafeSlow(out.length);
  out.bytes.copy(taken, 0, 0, out.length);
  out.length = 0;
  if (out.bytes.length > KEEP_BYTES) out.bytes = Buffer.allocUnsafeSlow(USUAL_BYTES);
  return taken;
}
