import { readFileSync } from "node:fs";

/** A text that somebody may give as the SQL of a clip: one line of attacks.jsonl. */
export interface Attack {
  id: string;
  title: string;
  category: string;
  /**
   * What must become of it: `refused` with an error; `stopped`, by an error or a limit; `harmless`, it works; `any`,
   * refused or not, it does nothing and shows nothing.
   */
  expect: "refused" | "stopped" | "harmless" | "any";
  /** With the words between @ that {@link fillIn} knows. */
  sql: string;
  /** Of a harmless one: its rows, as JSON has them. */
  rows?: unknown[][];
  /** Asked by a superuser in the attacked database, while the attacker's session is still open: true is harm. */
  harm_check_sql: string;
  /** A regular expression of what it must not show, besides what {@link SECRETS} says. */
  secret?: string;
  /** Why PostgreSQL itself cannot bound it: what stands here is a small form of it. */
  unbounded?: string;
}

/** What nobody may see: everything secret in setup.sql, password hashes, the server's files. */
export const SECRETS = /TOPSECRET-|SCRAM-SHA-256\$|root:x:0:/;

/** The corpus, in its order. */
export function readAttacks(): Attack[] {
  const lines = readFileSync(new URL("attacks.jsonl", import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as Attack);
}

/** Puts values in place of `@NAME@`, and a text many times in place of `@text*1000@`. */
export function fillIn(text: string, values: Record<string, string>): string {
  return text
    .replaceAll(/@([^@\s]+)\*(\d+)@/g, (_, part: string, times: string) => part.repeat(Number(times)))
    .replaceAll(/@([A-Z]+)@/g, (written, name: string) => values[name] ?? written);
}
