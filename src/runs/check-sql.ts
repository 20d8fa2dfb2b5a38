import { AppError } from "../errors.ts";
import { checkReadOnly } from "./gate.ts";
import { compileTemplate, type Template } from "./template.ts";

/**
 * A clip's SQL, compiled and let through by the gate: what may be sent to a follower is this template's text, and
 * nothing else.
 * @throws AppError of the template and the gate, with positions in the author's SQL
 */
export function checkSql(sql: string): Template {
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
  return template;
}
