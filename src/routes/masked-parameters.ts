import { AppError } from "../errors.ts";
import { compileTemplate } from "../runs/template.ts";

/**
 * Refuses names that are no parameters of a clip's SQL: a typing error would leave a value unmasked. Those that a clip
 * has stay when its SQL is edited without a word on them, so that one which comes back is masked again.
 * @throws AppError invalid_request
 */
export function checkMasked(masked: readonly string[] | undefined, sql: string): void {
  if (masked === undefined || masked.length === 0) return;
  const known = compileTemplate(sql).parameters.map(({ name }) => name);
  const unknown = masked.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new AppError(
    "invalid_request",
    `masked_parameters names ${JSON.stringify(unknown)}, which is no parameter of this SQL.`,
    { hint: known.length === 0 ? "It has none: leave masked_parameters empty." : `It has ${known.join(", ")}.` },
  );
}
