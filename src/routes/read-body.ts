import type { Context } from "hono";
import * as z from "zod";
import { AppError } from "../errors.ts";
import { joinElements } from "../../views/array-text.ts";

/** The largest body of a request: a clip's SQL is at most 100,000 bytes, and JSON may escape each one. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * A request's JSON body, checked.
 * @throws AppError invalid_request, naming every field that is wrong
 */
export async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid_request", `The body is not valid JSON: ${(error as Error).message}`, {
      hint: "Send one JSON object, with Content-Type: application/json.",
    });
  }
  return checkFields(schema, json);
}

/**
 * A request's form, checked; fields that are given twice count once, but for an array's elements: see joinElements.
 * @throws AppError invalid_request
 */
export async function readForm<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const form = await c.req.parseBody();
  // Of a name that ends in [], parseBody gives all values.
  const all = Object.entries(form).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each): [string, string] => [name, String(each)]),
  );
  // Browsers send text areas' lines with CRLF (HTML, "constructing the form data set"); PostgreSQL's positions count them.
  const fields = joinElements(all).map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]);
  return checkFields(schema, Object.fromEntries(fields));
}

/**
 * What somebody sent, checked.
 * @throws AppError invalid_request, naming every field that is wrong
 */
export function checkFields<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const faults = checked.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new AppError("invalid_request", `The request is not right: ${faults.join("; ")}.`);
}
