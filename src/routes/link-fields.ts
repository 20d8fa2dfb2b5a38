import * as z from "zod";
import { MOST_FETCH_SIZE } from "../links/server-options.ts";

const fetchSize = z.number("must be a number").int("must be a whole number").min(1).max(MOST_FETCH_SIZE).optional();
const to = z.string("must be a postgres:// URL, or the name of a database").min(1);

/** The body of POST /api/databases/<name>/links. */
export const NewLinkFields = z.strictObject({
  name: z.string("must be a name"),
  to,
  schema: z.string("must be a schema's name").min(1).default("public"),
  tables: z.array(z.string().min(1), "must be a list of tables").min(1).nullish(),
  fetch_size: fetchSize,
  dry_run: z.boolean("must be true or false").default(false),
});

/** The body of POST /api/databases/<name>/links/<link>/refresh. */
export const RefreshFields = z.strictObject({
  to: to.optional(),
  fetch_size: fetchSize,
  dry_run: z.boolean("must be true or false").default(false),
});

/** The form of a new link. */
export const LinkForm = z.object({
  name: z.string().trim().default(""),
  to: z.string().trim().default(""),
  schema: z.string().trim().default("public"),
  tables: z.string().default(""),
});

export type LinkForm = z.infer<typeof LinkForm>;

/** The form's tables, a line or comma between them; null for an empty field. */
export function formTables(text: string): string[] | null {
  const tables = text.split(/[\n,]/).map((table) => table.trim());
  const given = tables.filter((table) => table !== "");
  return given.length === 0 ? null : given;
}
