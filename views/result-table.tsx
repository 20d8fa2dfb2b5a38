import { jsonKind } from "../src/results/columns.ts";
import type { ResultEnd, ResultHead } from "../src/results/result.ts";

/** The first rows of a result. NULL differs from the empty string; numbers stand right. */
export function ResultTable({ head, rows }: { head: ResultHead; rows: (string | null)[][] }) {
  const classes = head.columns.map(({ type }) =>
    !type.array && jsonKind(type.oid) === "number" ? "number" : undefined,
  );
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Result">
      <table class="result">
        <thead>
          <tr>
            {head.columns.map(({ name, type }, column) => (
              <th scope="col" class={classes[column]} title={type.name}>
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
                <td class={classes[column]}>{value === null ? <span class="null">NULL</span> : value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 && <p class="note none">No rows.</p>}
    </div>
  );
}

/** What a result is: how many rows, how long it took, where it ran and when, and whether it is whole. */
export function ResultFacts({ head, end, shown }: { head: ResultHead; end: ResultEnd; shown: number }) {
  const { follower } = head;
  const rows = `${end.rowCount.toLocaleString("en")} row${end.rowCount === 1 ? "" : "s"}`;
  return (
    <>
      {end.truncated && (
        <p class="warning" role="note">
          This result is cut short: the query has more rows than may be kept. It ends after {rows}.
        </p>
      )}
      <p class="facts">
        {rows}
        {shown < end.rowCount && ` (the first ${shown} are shown)`} · {end.durationMs} ms · on {follower.name} of{" "}
        {head.database}
        {follower.lagSeconds !== null && `, ${follower.lagSeconds} s behind`} ·{" "}
        <time datetime={head.startedAt.toISOString()}>{formatTime(head.startedAt)}</time>
      </p>
    </>
  );
}

/** A time as people read it: UTC, to the second. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
