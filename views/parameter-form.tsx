import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";

interface ParameterFormProps {
  action: string;
  /** Where a run is started whatever is stored; null where that is not for the reader. */
  runAction: string | null;
  /** The version, where it is not the current one. */
  version: number | null;
  /** The time that is asked for, where it is not now. */
  asOf?: Date | null;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
}

/** Inputs for a clip's parameters; sent by GET, so that the address holds the values. */
export function ParameterForm({ action, runAction, version, asOf, parameters, values }: ParameterFormProps) {
  if (parameters.length === 0 && runAction === null) return null;
  return (
    <form class="parameters" method="get" action={action}>
      {parameters.map(({ name, type, default: fallback }) => (
        <label>
          {name} {type !== null && <small>{type}</small>}
          <input name={name} value={values[name] ?? fallback ?? ""} required={type !== null && type !== "text"} />
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
