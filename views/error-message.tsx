import type { AppError } from "../src/errors.ts";
import { words } from "./english/error-message.ts";

/** An error in the words of the API, with the place in the SQL marked where it is known. */
export function ErrorMessage({ error, sql }: { error: AppError; sql?: string }) {
  return (
    <section class="error" role="alert">
      <p class="message">{error.message}</p>
      {error.hint !== undefined && <p class="hint">{error.hint}</p>}
      {sql !== undefined && error.position !== undefined && <MarkedSql sql={sql} position={error.position} />}
      <p class="code">
        {error.code}
        {error.sqlstate !== undefined && ` · SQLSTATE ${error.sqlstate}`}
      </p>
    </section>
  );
}

/** Lines before and after the fault that are shown with it. */
const CONTEXT_LINES = 3;

/** The line of SQL in which something is wrong, and its neighbours, with the word at the position marked. */
function MarkedSql({ sql, position }: { sql: string; position: number }) {
  // PostgreSQL counts characters, JavaScript UTF-16 units: an emoji before the fault would shift the mark.
  const characters = [...sql];
  const at = Math.min(position - 1, characters.length);
  const word = /^(?:\w+|\S|$)/.exec(characters.slice(at, at + 63).join(""))?.[0] ?? "";
  const before = characters.slice(0, at).join("");
  const after = characters.slice(at + [...word].length).join("");
  const line = before.split("\n").length;
  const column = at - [...before].lastIndexOf("\n");
  return (
    <figure>
      <figcaption>{words.place(line, column)}</figcaption>
      <pre class="sql" tabindex={0}>
        {before
          .split("\n")
          .slice(-CONTEXT_LINES - 1)
          .join("\n")}
        <mark>{word === "" ? " " : word}</mark>
        {after
          .split("\n")
          .slice(0, CONTEXT_LINES + 1)
          .join("\n")}
      </pre>
    </figure>
  );
}
