import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { completeSql } from "./complete-sql.ts";
import { fetchSchema } from "./fetch-schema.ts";
import { narrowOptions } from "./narrow-options.ts";

/** The completions of a database's names at the cursor, once its schema is there. */
export async function completeFrom(context: CompletionContext, database: string): Promise<CompletionResult | null> {
  // At once: what is typed while a schema is on its way would not be asked for again.
  if (!context.explicit && !context.matchBefore(/[\p{L}\p{N}_$".]$/u)) return null;
  const index = await fetchSchema(database);
  if (context.aborted) return null;
  const found = completeSql(context.state.doc.toString(), context.pos, index, context.explicit);
  return found && resultOf(found.options, found.from, context.state.sliceDoc(found.from, context.pos));
}

/** Narrowed again at each key, as long as the name goes on. */
function resultOf(options: readonly Completion[], from: number, begun: string): CompletionResult {
  return {
    from,
    options: narrowOptions(options, begun),
    update: (_current, start, end, { state }) => {
      const name = state.sliceDoc(start, end);
      return /^[\p{L}\p{N}_$]*$/u.test(name) ? resultOf(options, start, name) : null;
    },
  };
}
