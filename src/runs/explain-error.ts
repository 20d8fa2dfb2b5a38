import { AppError } from "../errors.ts";
import { fromPostgres, isPostgresError } from "../sqlstates.ts";
import type { Template } from "./template.ts";

/**
 * An error of a clip's query as its author sees it: positions in the SQL that they wrote, and parameters by their
 * names. PostgreSQL says which parameter a value was wrong for in the error's context (bind_param_error_callback in
 * its postgres.c).
 * @param error PostgreSQL's, or the gate's with a position in the template's text
 */
export function explainError(error: unknown, template: Template): AppError {
  if (error instanceof AppError && error.position !== undefined) {
    const { code, message, hint, sqlstate } = error;
    return new AppError(code, message, {
      hint,
      sqlstate,
      position: template.toSourcePosition(error.position),
      cause: error,
    });
  }
  const explained = fromPostgres(error, template.toSourcePosition);
  if (!isPostgresError(error)) return explained;
  const { code, hint, position, sqlstate, retryAfterSeconds, cause } = explained;
  const name = (number: string): string | undefined => template.parameters[Number(number) - 1]?.name;
  const [, wrong] = /^unnamed portal parameter \$(\d+)/m.exec(error.where ?? "") ?? [];
  if (wrong !== undefined && name(wrong) !== undefined) {
    const message = `The parameter ${JSON.stringify(name(wrong))} is wrong: ${error.message}`;
    return new AppError("invalid_parameter", message, { hint, sqlstate, cause });
  }
  const message = explained.message.replace(/\$(\d+)/g, (text, number) => {
    const known = name(number);
    return known === undefined ? text : `{{${known}}}`;
  });
  return new AppError(code, message, { hint, position, sqlstate, retryAfterSeconds, cause });
}
