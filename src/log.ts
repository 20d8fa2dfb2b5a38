import { isPostgresError } from "./sqlstates.ts";
import { isConnectionError, rootCause } from "./errors.ts";

/** Values of a line of the log; those that are undefined are left out. Never SQL, parameter values or secrets. */
type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The server's log. An event is a name such as `follower_lost`, under which its lines are found. */
export interface Log {
  /** Something that an operator may want to know. */
  info(event: string, fields?: LogFields): void;
  /** Something outside of this program is wrong: a server is gone, a disk is full. */
  warn(event: string, fields?: LogFields): void;
  /** Something failed that should not. The stack is written for what is neither PostgreSQL's error nor the network's. */
  error(event: string, error: unknown, fields?: LogFields): void;
}

/** How the log's lines are written: https://brandur.org/logfmt, or a JSON object a line. */
export type LogFormat = "logfmt" | "json";

/**
 * A log of one line an event: the time, the level, the event, then its fields.
 * @param write writes a line, without its end
 */
export function createLog(write: (line: string) => void, format: LogFormat): Log {
  const say = (level: "info" | "warn" | "error", event: string, fields: LogFields = {}): void => {
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    const line = { time: new Date().toISOString(), level, event, ...Object.fromEntries(known) };
    write(format === "json" ? JSON.stringify(line) : toLogfmt(line));
  };
  return {
    info: (event, fields) => say("info", event, fields),
    warn: (event, fields) => say("warn", event, fields),
    error: (event, error, fields) => say("error", event, { ...fields, ...describeError(error) }),
  };
}

/** Frames of a stack that are written. */
const FRAMES = 8;

/** Of a chain of errors the innermost: Drizzle's own message holds SQL and values. */
function describeError(error: unknown): LogFields {
  const inner = rootCause(error);
  if (!(inner instanceof Error)) return { error: String(inner) };
  const expected = isPostgresError(inner) || isConnectionError(inner);
  const frames = inner.stack?.split("\n").filter((line) => line.startsWith("    at ")) ?? [];
  return {
    error: `${inner.name}: ${inner.message}`,
    sqlstate: isPostgresError(inner) ? inner.code : undefined,
    stack: expected
      ? undefined
      : frames
          .slice(0, FRAMES)
          .map((line) => line.trim())
          .join(" | "),
  };
}

/** Values of letters, digits and what is usual in names, paths and times stand as they are; others in JSON's quotes. */
const PLAIN = /^[\w.:/+@%-]+$/;

function toLogfmt(line: LogFields): string {
  return Object.entries(line)
    .map(([name, value]) => {
      const text = String(value);
      return `${name}=${PLAIN.test(text) ? text : JSON.stringify(text)}`;
    })
    .join(" ");
}
