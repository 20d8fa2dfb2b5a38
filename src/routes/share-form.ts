import type { Context } from "hono";
import * as z from "zod";
import { SHARE_FORMATS } from "../clips/share-rules.ts";
import type { Share } from "../clips/shares.ts";
import { AppError } from "../errors.ts";
import { readForm } from "./read-body.ts";
import { ShareFields } from "./share-fields.ts";

/** A form for a share's rules, as it was written: see {@link readShareForm}. */
export type ShareForm = Readonly<Record<string, string>>;

const FIELDS: ReadonlySet<string> = new Set(
  "rules result signed name note expires_at origins no_origins requests_per_minute password no_password".split(" "),
);

/**
 * The rules of a share as its form shows them; of none, as a new share has them. Each parameter is `open` for viewers to
 * choose, `fixed` to the clip's default, or `locked` to a value.
 */
export function shareForm(share: Share | null, parameters: readonly string[]): ShareForm {
  const locked = share?.lockedParameters ?? {};
  const use = (name: string): string => {
    if (Object.hasOwn(locked, name)) return "locked";
    return share?.openParameters?.includes(name) === false ? "fixed" : "open";
  };
  return {
    name: share?.name ?? "",
    note: share?.note ?? "",
    expires_at: share?.expiresAt?.toISOString() ?? "",
    origins: share?.origins?.join("\n") ?? "",
    ...(share?.origins?.length === 0 ? { no_origins: "1" } : {}),
    requests_per_minute: String(share?.requestsPerMinute ?? ""),
    ...Object.fromEntries((share?.formats ?? SHARE_FORMATS).map((format) => [`format_${format}`, "1"])),
    ...Object.fromEntries(parameters.map((name) => [`use_${name}`, use(name)])),
    ...Object.fromEntries(parameters.map((name) => [`value_${name}`, locked[name] ?? ""])),
  };
}

/**
 * Reads a form for a share's rules as the API's fields. The small form of one button has no rules; one with `rules` has
 * them all, so that a box that is not ticked counts.
 * @throws AppError invalid_request, naming each fault, and for a field that there is not
 */
export async function readShareForm(c: Context): Promise<z.infer<typeof ShareFields>> {
  const form = await readWritten(c);
  const known = (name: string): boolean =>
    FIELDS.has(name) ||
    /^(?:use|value)_[A-Za-z]\w*$/.test(name) ||
    SHARE_FORMATS.some((format) => name === `format_${format}`);
  const unknown = Object.keys(form).filter((name) => !known(name));
  const checked = ShareFields.safeParse({
    ...(form["result"] === undefined ? {} : { result: Number(form["result"]) }),
    ...(form["signed"] === undefined ? {} : { signed: true }),
    ...(form["rules"] === undefined ? {} : rulesOf(form)),
  });
  const faults = [
    ...unknown.map((name) => `there is no field ${JSON.stringify(name)}`),
    ...(checked.error?.issues ?? []).map((issue) => `${issue.path.join(".")} ${issue.message}`),
  ];
  if (checked.success && faults.length === 0) return checked.data;
  throw new AppError("invalid_request", `This cannot be saved yet: ${faults.join("; ")}.`);
}

/** A form as it was written, to be shown again beside what is wrong with it. */
export function readWritten(c: Context): Promise<ShareForm> {
  return readForm(c, z.record(z.string(), z.string()));
}

function rulesOf(form: ShareForm): Record<string, unknown> {
  const field = (name: string): string => form[name]?.trim() ?? "";
  const words = field("origins")
    .split(/[\s,]+/)
    .filter((word) => word !== "");
  const formats = SHARE_FORMATS.filter((format) => form[`format_${format}`] !== undefined);
  const uses = Object.entries(form).flatMap(([name, use]) =>
    name.startsWith("use_") ? [[name.slice(4), use] as const] : [],
  );
  const named = (use: string): string[] => uses.flatMap(([name, chosen]) => (chosen === use ? [name] : []));
  return {
    name: field("name"),
    note: field("note"),
    expires_at: field("expires_at") || null,
    origins: words.length > 0 ? words : form["no_origins"] === undefined ? null : [],
    formats: formats.length === SHARE_FORMATS.length ? null : formats,
    requests_per_minute: field("requests_per_minute") === "" ? null : Number(field("requests_per_minute")),
    locked_parameters: Object.fromEntries(named("locked").map((name) => [name, form[`value_${name}`] ?? ""])),
    // Whatever is not one of the words is closed.
    open_parameters: uses.every(([, use]) => use === "open" || use === "locked") ? null : named("open"),
    // An empty field leaves the password as it is.
    ...(form["no_password"] === undefined ? {} : { password: null }),
    ...(form["password"] ? { password: form["password"] } : {}),
  };
}
