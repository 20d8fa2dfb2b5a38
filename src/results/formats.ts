import { AppError } from "../errors.ts";
import { createCsvWriter } from "./csv.ts";
import { createCsvOptionsWriter, type CsvOptions } from "./csv-options.ts";
import { createJsonWriter } from "./json.ts";
import { createNdjsonWriter } from "./ndjson.ts";
import type { Writer } from "./writer.ts";
import { createXlsxWriter } from "./xlsx.ts";

const FORMATS = {
  csv: { options: ["bom", "delimiter", "escape_formulas"], create: createCsv },
  json: { options: ["rows", "numbers"], create: (options: FormatOptions) => createJsonWriter(jsonOptions(options)) },
  ndjson: {
    options: ["rows", "numbers"],
    create: (options: FormatOptions) => createNdjsonWriter(jsonOptions(options)),
  },
  xlsx: { options: [], create: () => createXlsxWriter() },
} as const;

/** The formats of a result, by the ending of its URL. */
export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** Options of a format as the URL has them. */
export type FormatOptions = Readonly<Record<string, string>>;

/** Each option's values and what the writers take them for; the first is the default. */
const VALUES = {
  bom: { "0": false, "1": true },
  escape_formulas: { "0": false, "1": true },
  delimiter: { ",": ",", ";": ";", tab: "\t", "\t": "\t" },
  rows: { arrays: "arrays", objects: "objects" },
  numbers: { number: "number", string: "string" },
} as const;

type OptionName = keyof typeof VALUES;

/** True for a name that is an option of any format. */
export function isFormatOption(name: string): boolean {
  return Object.hasOwn(VALUES, name);
}

/**
 * The writer of a format with options.
 * @throws AppError invalid_request for an option that the format does not have, or a value that it does not know
 */
export function createWriter(format: Format, options: FormatOptions): Writer {
  const known: readonly string[] = FORMATS[format].options;
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      const others = FORMAT_NAMES.filter((other) => (FORMATS[other].options as readonly string[]).includes(name));
      throw new AppError("invalid_request", `The option ${name} is not one of ${format.toUpperCase()}.`, {
        hint: `${name} goes with ${others.join(" and ")}; ${format} has ${known.join(", ") || "none"}.`,
      });
    }
    if (!Object.hasOwn(VALUES[name as OptionName], value)) {
      const values = Object.keys(VALUES[name as OptionName]).filter((text) => text !== "\t");
      throw new AppError("invalid_request", `The option ${name} cannot be ${JSON.stringify(value)}.`, {
        hint: `It can be ${values.join(" or ")}.`,
      });
    }
  }
  return FORMATS[format].create(options);
}

function createCsv(options: FormatOptions): Writer {
  const csv: CsvOptions = {
    delimiter: option("delimiter", options),
    bom: option("bom", options),
    escapeFormulas: option("escape_formulas", options),
  };
  return csv.delimiter === "," && !csv.bom && !csv.escapeFormulas ? createCsvWriter() : createCsvOptionsWriter(csv);
}

function jsonOptions(options: FormatOptions): { rows: "arrays" | "objects"; numbers: "number" | "string" } {
  return { rows: option("rows", options), numbers: option("numbers", options) };
}

/** An option's value, checked before; without one, its default. */
function option<Name extends OptionName>(name: Name, options: FormatOptions): Value<Name> {
  const values: Record<string, unknown> = VALUES[name];
  return (options[name] === undefined ? Object.values(values)[0] : values[options[name]]) as Value<Name>;
}
type Value<Name extends OptionName> = (typeof VALUES)[Name][keyof (typeof VALUES)[Name]];
