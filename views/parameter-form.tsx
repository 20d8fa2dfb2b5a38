import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";

interface ParameterFormProps {
  action: string;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
}

/** Inputs for a clip's parameters; sent by GET, so that the address holds the values. */
export function ParameterForm({ action, parameters, values }: ParameterFormProps) {
  if (parameters.length === 0) return null;
  return (
    <form class="parameters" method="get" action={action}>
      {parameters.map(({ name, type, default: fallback }) => (
        <label>
          {name} {type !== null && <small>{type}</small>}
          <input name={name} value={values[name] ?? fallback ?? ""} required={type !== null && type !== "text"} />
        </label>
      ))}
      <button>Show</button>
    </form>
  );
}
