import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";

interface ParameterFormProps {
  action: string;
  /** Where a run is started whatever is stored; null where that is not for the reader. */
  runAction: string | null;
  /** The address under which a script starts a run, and is told how far it is. */
  runs?: string;
  /** The version, where it is not the current one. */
  version: number | null;
  /** The time that is asked for, where it is not now. */
  asOf?: Date | null;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
}

/** Inputs for a clip's parameters; sent by GET, so that the address holds the values. */
export function ParameterForm({ action, runAction, runs, version, asOf, parameters, values }: ParameterFormProps) {
  if (parameters.length === 0 && runAction === null) return null;
  return (
    <form class="parameters" method="get" action={action} data-runs={runs ?? undefined}>
      {parameters.map(({ name, type, default: fallback }) => (
        <label>
          {name} {type !== null && <small>{type}</small>}
          <ParameterInput name={name} type={type} value={values[name] ?? fallback ?? ""} />
        </label>
      ))}
      {version !== null && <input type="hidden" name="version" value={String(version)} />}
      {asOf && <input type="hidden" name="as_of" value={asOf.toISOString()} />}
      {parameters.length > 0 && <button>Show</button>}
      {runAction !== null && (
        <button class="primary" formmethod="post" formaction={runAction}>
          Run now
        </button>
      )}
    </form>
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

/** The input of a parameter, by its type. What PostgreSQL reads and the input cannot show stays text, as it is. */
function ParameterInput({ name, type, value }: { name: string; type: string | null; value: string }) {
  const required = type !== null && type !== "text";
  if (type === "boolean") {
    const isTrue = TRUE.test(value.trim());
    return (
      <select name={name} required>
        {value === "" && <option value="" />}
        <option value="true" selected={isTrue}>
          true
        </option>
        <option value="false" selected={value !== "" && !isTrue}>
          false
        </option>
      </select>
    );
  }
  const { type: kind, ...attributes } = INPUTS[type ?? ""] ?? {};
  // A browser's date input shows nothing of "today", of infinity, or of a date that is none.
  const shown = kind === "date" && value !== "" && !/^\d{4}-\d\d-\d\d$/.test(value) ? undefined : kind;
  return <input name={name} type={shown} value={value} required={required} {...attributes} />;
}
