import { jsonKind } from "../src/results/columns.ts";
import type { ResultEnd, ResultHead } from "../src/results/result.ts";
import { FOLDED_LENGTH, isAddress, isLong } from "./cell-rules.ts";
import { words } from "./english/result-table.tsx";

interface ResultTableProps {
  head: Pick<ResultHead, "columns">;
  end: Pick<ResultEnd, "rowCount">;
  /** The first ones. */
  rows: (string | null)[][];
  /** The address of the result's CSV, from which a browser gets the others; null: it shows these. */
  source: string | null;
  /** Whether the page has the script that makes it a table of all rows, with tools above it. */
  tools: boolean;
}

/**
 * The first rows of a result. NULL differs from the empty string; numbers stand right; what is long is folded, so that
 * all rows have one height.
 */
export function ResultTable({ head, end, rows, source, tools }: ResultTableProps) {
  const kinds = head.columns.map(({ type }) => (!type.array && jsonKind(type.oid) === "number" ? "number" : "text"));
  const classes = kinds.map((kind) => (kind === "number" ? "number" : undefined));
  return (
    <div class="result-view" data-rows={String(end.rowCount)} data-source={source ?? undefined}>
      {tools && <div class="tools" />}
      <div class="scroll" tabindex={0} role="region" aria-label={words.result}>
        <table class="result rows">
          <thead>
            <tr>
              {head.columns.map(({ name, type }, column) => (
                <th scope="col" class={classes[column]} title={type.name} data-name={name} data-kind={kinds[column]}>
                  {name}
                  <small>{type.name}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                {row.map((value, column) => (
                  <td class={classes[column]}>
                    <Value value={value} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p class="note none">{words.noRows}</p>}
      </div>
    </div>
  );
}

/** A value; views/browser/make-cell.ts makes the same of it. */
function Value({ value }: { value: string | null }) {
  if (value === null) return <span class="null">NULL</span>;
  if (isLong(value)) {
    return (
      <details>
        <summary>{value.slice(0, FOLDED_LENGTH)}…</summary>
        <span class="whole">{value}</span>
      </details>
    );
  }
  if (!isAddress(value)) return <>{value}</>;
  return (
    <a href={value} target="_blank" rel="noopener noreferrer nofollow">
      {value}
    </a>
  );
}

/** What a result is: how many rows, how long it took, where it ran and when, and whether it is whole. */
export function ResultFacts({ head, end, shown }: { head: ResultHead; end: ResultEnd; shown: number }) {
  return (
    <>
      {end.truncated && (
        <p class="warning" role="note">
          {words.cutShort(end.rowCount)}
        </p>
      )}
      <p class="facts">{words.facts(head, end, shown)}</p>
    </>
  );
}
