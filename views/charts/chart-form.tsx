import { CHART_TYPES, type Chart, type ChartType } from "../../src/charts/chart.ts";
import type { Column } from "../../src/results/columns.ts";

const WORDS: Readonly<Record<ChartType, string>> = {
  none: "None: the table alone",
  number: "A big number",
  line: "Lines",
  bar: "Bars",
  scatter: "A scatter plot",
  points: "Points on a map",
};

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
      <summary>Change the chart</summary>
      <form class="stacked narrow" method="post" action={`${path}/chart`}>
        <input type="hidden" name="result" value={String(result)} />
        <label>
          Chart
          <select name="type">
            <option value="">As the columns suggest</option>
            {CHART_TYPES.map((type) => (
              <option value={type} selected={type === chart?.type}>
                {WORDS[type]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Along the bottom
          <select name="x">
            <option value="">As it suggests itself</option>
            {names.map((name) => (
              <option value={name} selected={name === chart?.x}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>What is drawn</legend>
          {names.map((name) => (
            <label class="box">
              <input type="checkbox" name="y" value={name} checked={chart?.y.includes(name) ?? false} /> {name}
            </label>
          ))}
          <p class="note">With none ticked, the columns suggest them.</p>
        </fieldset>
        <button>Save the chart</button>
      </form>
    </details>
  );
}
