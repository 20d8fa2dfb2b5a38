import * as z from "zod";
import { SCOPES } from "../people/tables.ts";
import { text } from "./clip-fields.ts";

/** How long a key works where nobody says. */
export const DEFAULT_KEY_DAYS = 90;

/** What a key is made of, under the API's names. Whose it is, is not for a request to say. */
export const KeyFields = z.strictObject({
  name: text(100).trim().min(1, "must not be empty"),
  scope: z.enum(SCOPES, `must be ${SCOPES.join(", ")}`),
  databases: z.array(text(63)).max(1000, "must have at most 1000 names").nullable().optional(),
  expires_at: z.string("must be a time, or null").max(60, "must be a time").nullable().optional(),
});

/** A form for a key, as it was written. Databases are boxes, named after them. */
export type KeyForm = Readonly<Record<string, string>>;

/** The box of a database. */
export function databaseBox(name: string): string {
  return `database_${name}`;
}

/** A form as the API's fields: no box that is ticked is all databases, and a key without an end has to be asked for. */
export function keyFieldsOf(form: KeyForm): z.input<typeof KeyFields> {
  const boxes = Object.keys(form).filter((name) => name.startsWith(databaseBox("")));
  const expiresAt = form["expires_at"]?.trim() ?? "";
  return {
    name: form["name"] ?? "",
    scope: (form["scope"] ?? "") as z.input<typeof KeyFields>["scope"],
    databases: boxes.map((name) => name.slice(databaseBox("").length)),
    ...(form["never"] === undefined ? (expiresAt === "" ? {} : { expires_at: expiresAt }) : { expires_at: null }),
  };
}
