import { AppError } from "../errors.ts";
import { checkReadOnly } from "./gate.ts";
import { compileTemplate, type Template } from "./template.ts";

/** The templates of SQL that was let through lately: to parse it again would cost a quarter of a millisecond a request. */
const checked = new Map<string, Template>();
const MOST_CHECKED = 500;
const LONGEST_CHECKED = 10_000;

/**
 * A clip's SQL, compiled and let through by the gate: what may be sent to a follower is this template's text, and
 * nothing else.
 * @throws AppError of the template and the gate, with positions in the author's SQL
 */
export function checkSql(sql: string): Template {
  const known = checked.get(sql);
  if (known !== undefined) return known;
  const template = compileTemplate(sql);
  try {
    checkReadOnly(template.text);
  } catch (error) {
    if (!(error instanceof AppError) || error.position === undefined) throw error;
    const { code, message, hint, sqlstate } = error;
    throw new AppError(code, message, {
      hint,
      sqlstate,
      position: template.toSourcePosition(error.position),
      cause: error,
    });
  }
  for (const oldest of checked.keys()) {
    if (checked.size < MOST_CHECKED) break;
    checked.delete(oldest);
  }
  if (sql.length <= LONGEST_CHECKED) checked.set(sql, template);
  return template;
}
