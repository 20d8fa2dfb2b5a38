import { createLog, type Log } from "../../src/log.ts";

/** A log whose lines are kept, without their times. */
export function collectLog(lines: string[]): Log {
  return createLog((line) => void lines.push(line.replace(/^time=\S+ /, "")), "logfmt");
}
