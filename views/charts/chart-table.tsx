import type { ChartData } from "../../src/charts/chart-data.ts";
import { words } from "../english/charts/chart-table.ts";
import { formatMoment, formatValue } from "../english/charts/formats.ts";

/** The result itself has all of them. */
const MOST_ROWS = 200;

/** What a chart draws, as a table: for whoever cannot see it, or wants it exactly. */
export function ChartTable({ data }: { data: ChartData }) {
  const { x, categories, series } = data;
  const nameOf = (place: number): string =>
    x?.kind === "time" ? formatMoment(place) : x?.kind === "category" ? (categories[place] ?? "") : formatValue(place);
  const byPlace = new Map<number, (number | null)[]>();
  series.forEach(({ points }, at) => {
    for (const point of points) {
      const row = byPlace.get(point.x) ?? series.map(() => null);
      row[at] = point.y;
      byPlace.set(point.x, row);
    }
  });
  const rows = [...byPlace];
  return (
    <details>
      <summary>{words.title}</summary>
      <div class="scroll" tabindex={0} role="region" aria-label={words.title}>
        <table>
          <thead>
            <tr>
              {x && <th scope="col">{x.name}</th>}
              {series.map(({ name }) => (
                <th scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map(([place, values]) => (
              <tr>
                {x && <th scope="row">{nameOf(place)}</th>}
                {values.map((value) => (
                  <td class="number">
                    {value === null ? <span class="null">{words.noValue}</span> : formatValue(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST_ROWS && <p class="note">{words.cutShort(MOST_ROWS, rows.length)}</p>}
    </details>
  );
}
