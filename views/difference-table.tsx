import { type Column, jsonKind } from "../src/results/columns.ts";
import type { ShownDifference } from "../src/routes/read-differences.ts";
import { words } from "./english/difference-table.tsx";

/** Characters of a value that are shown: the CSV has all. */
const MOST_CHARACTERS = 500;

interface DifferenceTableProps {
  columns: readonly Column[];
  /** Numbers of the columns by which was compared. */
  keyColumns: readonly number[];
  differences: readonly ShownDifference[];
}

/** Differences of two results; in a changed row each cell that is another shows what it was and what it is. */
export function DifferenceTable({ columns, keyColumns, differences }: DifferenceTableProps) {
  const classes = columns.map(({ type }) => (!type.array && jsonKind(type.oid) === "number" ? "number" : undefined));
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={words.differences}>
      <table class="result">
        <thead>
          <tr>
            <th scope="col">{words.change()}</th>
            {columns.map(({ name, type }, column) => (
              <th scope="col" class={classes[column]}>
                {name}
                <small>{words.type(type.name, keyColumns.includes(column))}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differences.map(({ change, fromRow, toRow, before, after }) => (
            <tr>
              <th scope="row">
                {change}
                <small>{[fromRow, toRow].filter((row) => row > 0).join(" → ")}</small>
              </th>
              {columns.map((_, column) => (
                <td class={classes[column]}>
                  <Cell before={before} after={after} column={column} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Values = readonly (string | null)[] | null;

function Cell({ before, after, column }: { before: Values; after: Values; column: number }) {
  const [was, is] = [before?.[column] ?? null, after?.[column] ?? null];
  if (before === null || after === null || was === is) return <Value value={after === null ? was : is} />;
  return (
    <>
      <del>
        <Value value={was} />
      </del>{" "}
      →{" "}
      <ins>
        <Value value={is} />
      </ins>
    </>
  );
}

function Value({ value }: { value: string | null }) {
  if (value === null) return <span class="null">NULL</span>;
  if (value.length <= MOST_CHARACTERS) return <>{value}</>;
  return (
    <>
      {Array.from(value.slice(0, MOST_CHARACTERS))
        .join("")
        .replace(/\p{Surrogate}$/u, "")}
      …
    </>
  );
}
