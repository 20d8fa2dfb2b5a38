import type { NameOf } from "../src/people/names.ts";
import type { RunWithoutResult } from "../src/runs/runs-without-result.ts";
import { WideTable } from "./wide-table.tsx";
import { formatTime } from "./english/formats.ts";
import { words } from "./english/runs-table.ts";

/** Runs that have made no result, and why; folded, for most people look for results. */
export function RunsTable({ runs, nameOf }: { runs: readonly RunWithoutResult[]; nameOf: NameOf }) {
  if (runs.length === 0) return null;
  return (
    <details id="runs">
      <summary>{words.title}</summary>
      <WideTable label={words.runs} heads={words.columns} class="result">
        {runs.map(({ createdAt, state, version, parameters, durationMs, asker, error }) => (
          <tr>
            <td>
              <time datetime={createdAt.toISOString()}>{formatTime(createdAt)}</time>
              {Object.keys(parameters).length > 0 && <small> {parameterWords(parameters)}</small>}
            </td>
            <td>{state}</td>
            <td class="number">{version}</td>
            <td class="number">{durationMs !== null && words.took(durationMs)}</td>
            <td>{nameOf(asker)}</td>
            <td>{error?.message}</td>
          </tr>
        ))}
      </WideTable>
    </details>
  );
}

/** The values of a run's parameters, in words. */
export function parameterWords(parameters: Readonly<Record<string, string | null>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value ?? "NULL"}`)
    .join(", ");
}
