import { AppError } from "../errors.ts";
import { explainError } from "./explain-error.ts";
import { checkReadOnly } from "./gate.ts";
import { compileTemplate, type Template } from "./template.ts";
import type { UsedName } from "./walk-statement.ts";

/** A template that the gate let through, and every name in it: what those stand for, checkNames has still to see. */
export interface CheckedSql extends Template {
  names: readonly UsedName[];
}

/** SQL that was let through lately: to parse it again would cost a quarter of a millisecond a request. */
const lately = new Map<string, CheckedSql>();
const MOST_KEPT = 500;
const LONGEST_KEPT = 10_000;

/**
 * A clip's SQL, compiled and let through by the gate: what may be sent to a follower is this template's text, and
 * nothing else.
 * @throws AppError of the template and the gate, with positions in the author's SQL
 */
export function checkSql(sql: string): CheckedSql {
  const known = lately.get(sql);
  if (known !== undefined) return known;
  const template = compileTemplate(sql);
  const checked = { ...template, names: check(template) };
  for (const oldest of lately.keys()) {
    if (lately.size < MOST_KEPT) break;
    lately.delete(oldest);
  }
  if (sql.length <= LONGEST_KEPT) lately.set(sql, checked);
  return checked;
}

/** Each name once, where it stands first. */
function check(template: Template): readonly UsedName[] {
  try {
    const names = checkReadOnly(template.text);
    const keys = names.map(({ kind, schema, name }) => JSON.stringify([kind, schema, name]));
    const first = new Map(keys.map((key, index) => [key, names[index]!] as const).toReversed());
    return [...first.values()].toReversed();
  } catch (error) {
    throw error instanceof AppError ? explainError(error, template) : error;
  }
}
