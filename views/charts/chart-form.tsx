import { CHART_TYPES, type Chart } from "../../src/charts/chart.ts";
import type { Column } from "../../src/results/columns.ts";
import { words } from "../english/charts/chart-form.ts";

interface ChartFormProps {
  chart: Chart | null;
  columns: readonly Column[];
  /** The clip's address. */
  path: string;
  /** The number of the result that is shown. */
  result: number;
}

/** How the clip's result is drawn: for everybody who sees it, without a new version. */
export function ChartForm({ chart, columns, path, result }: ChartFormProps) {
  const names = [...new Set(columns.map(({ name }) => name))];
  return (
    <details class="chart-form">
      <summary>{words.change}</summary>
      <form class="stacked narrow" method="post" action={`${path}/chart`}>
        <input type="hidden" name="result" value={String(result)} />
        <label>
          {words.chart}
          <select name="type">
            <option value="">{words.suggestedType}</option>
            {CHART_TYPES.map((type) => (
              <option value={type} selected={type === chart?.type}>
                {words.types[type]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.x}
          <select name="x">
            <option value="">{words.suggestedX}</option>
            {names.map((name) => (
              <option value={name} selected={name === chart?.x}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{words.y}</legend>
          {names.map((name) => (
            <label class="box">
              <input type="checkbox" name="y" value={name} checked={chart?.y.includes(name) ?? false} /> {name}
            </label>
          ))}
          <p class="note">{words.suggestedY}</p>
        </fieldset>
        <button>{words.save}</button>
      </form>
    </details>
  );
}
