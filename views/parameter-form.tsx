import type { Child } from "hono/jsx";
import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { Choices } from "../src/runs/parameter-choices.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import { readArrayText } from "./array-text.ts";
import { words } from "./english/parameter-form.ts";

interface ParameterFormProps {
  action: string;
  /** Where a run is started whatever is stored; null where that is not for the reader. */
  runAction: string | null;
  /** The address under which a script starts a run, and is told how far it is. */
  runs?: string;
  /** The clip's database, for what that says. */
  database?: string;
  /** The version, where it is not the current one. */
  version: number | null;
  /** The time that is asked for, where it is not now. */
  asOf?: Date | null;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
}

/** Inputs for a clip's parameters; sent by GET, so that the address holds the values. */
export function ParameterForm({
  action,
  runAction,
  runs,
  database,
  version,
  asOf,
  parameters,
  values,
}: ParameterFormProps) {
  if (parameters.length === 0 && runAction === null) return null;
  return (
    <form class="parameters" method="get" action={action} data-runs={runs} data-database={database}>
      <ParameterInputs parameters={parameters} values={values} />
      {version !== null && <input type="hidden" name="version" value={String(version)} />}
      {asOf && <input type="hidden" name="as_of" value={asOf.toISOString()} />}
      {parameters.length > 0 && <button>{words.show}</button>}
      {runAction !== null && (
        <button class="primary" formmethod="post" formaction={runAction}>
          {words.runNow}
        </button>
      )}
    </form>
  );
}

/** Inputs for parameters alone, as HTML. */
export function renderParameterInputs(parameters: readonly ParameterJson[]): string {
  return String(<ParameterInputs parameters={parameters} values={{}} />);
}

/** An input for each parameter, with its name and its type. */
export function ParameterInputs({ parameters, values }: Pick<ParameterFormProps, "parameters" | "values">) {
  return (
    <>
      {parameters.map(({ name, type, default: fallback, choices }) => {
        const value = values[name] ?? fallback ?? "";
        const label = (
          <>
            {name} {type !== null && <small>{type}</small>}
          </>
        );
        const ticked = choices && type?.endsWith("[]") ? readArrayText(value === "" ? "{}" : value) : null;
        if (ticked !== null) {
          return <Ticks name={name} label={label} values={choices!.values} ticked={ticked} />;
        }
        return (
          <label>
            {label}
            <ParameterInput name={name} type={type} value={value} choices={choices} />
          </label>
        );
      })}
    </>
  );
}

interface TicksProps {
  name: string;
  label: Child;
  values: readonly string[];
  ticked: readonly string[];
}

/** The elements of an array, to be ticked; those that are in it, and not among the choices, are offered too. */
function Ticks({ name, label, values, ticked }: TicksProps) {
  const all = [...new Set([...values, ...ticked])].filter((value) => value !== "");
  return (
    <fieldset class="ticks">
      <legend>{label}</legend>
      {/* Where nothing is ticked, it says so: the array is empty. */}
      <input type="hidden" name={`${name}[]`} value="" />
      {all.map((value) => (
        <label>
          <input type="checkbox" name={`${name}[]`} value={value} checked={ticked.includes(value)} /> {value}
        </label>
      ))}
    </fieldset>
  );
}

/** What PostgreSQL's types are asked for with; dates as browsers have them, numbers by the keyboard for them. */
const INPUTS: Readonly<Record<string, { type?: string; inputmode?: "numeric" | "decimal"; placeholder?: string }>> = {
  date: { type: "date" },
  time: { placeholder: "09:30" },
  timestamp: { placeholder: "2026-01-31 09:30" },
  "timestamp without time zone": { placeholder: "2026-01-31 09:30" },
  "timestamp with time zone": { placeholder: "2026-01-31 09:30+00" },
  interval: { placeholder: "1 day 2 hours" },
  smallint: { inputmode: "numeric" },
  integer: { inputmode: "numeric" },
  bigint: { inputmode: "numeric" },
  numeric: { inputmode: "decimal" },
  real: { inputmode: "decimal" },
  "double precision": { inputmode: "decimal" },
};
/** As PostgreSQL reads booleans. */
const TRUE = /^(?:t|true|y|yes|on|1)$/i;

interface ParameterInputProps {
  name: string;
  type: string | null;
  value: string;
  choices?: Choices | undefined;
}

/** The input of a parameter, by its type. What PostgreSQL reads and the input cannot show stays text, as it is. */
function ParameterInput({ name, type, value, choices }: ParameterInputProps) {
  const required = type !== null && type !== "text";
  if (type === "boolean") {
    const isTrue = TRUE.test(value.trim());
    return (
      <select name={name} required>
        {value === "" && <option value="" />}
        <option value="true" selected={isTrue}>
          {words.true}
        </option>
        <option value="false" selected={value !== "" && !isTrue}>
          {words.false}
        </option>
      </select>
    );
  }
  if (type?.endsWith("[]")) return <input name={name} value={value} placeholder={words.arrayExample} required />;
  if (choices?.from === "enum") {
    return (
      <select name={name} required>
        {!choices.values.includes(value) && <option value={value}>{value}</option>}
        {choices.values.map((each) => (
          <option value={each} selected={each === value}>
            {each}
          </option>
        ))}
      </select>
    );
  }
  const { type: kind, ...attributes } = INPUTS[type ?? ""] ?? {};
  // A browser's date input shows nothing of "today", of infinity, or of a date that is none.
  const shown = kind === "date" && value !== "" && !/^\d{4}-\d\d-\d\d$/.test(value) ? undefined : kind;
  const list = choices === undefined ? undefined : `choices-${name}`;
  return (
    <>
      <input name={name} type={shown} value={value} required={required} list={list} {...attributes} />
      {list !== undefined && (
        <datalist id={list}>
          {choices!.values.map((each) => (
            <option value={each} />
          ))}
        </datalist>
      )}
    </>
  );
}
