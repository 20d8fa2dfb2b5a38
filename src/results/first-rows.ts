import { readRows } from "./frames.ts";
import type { ResultSource } from "./result.ts";

/** The first rows of a result, in PostgreSQL's text form. Throws what its run failed with. */
export async function readFirstRows(source: ResultSource, most: number): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for await (const frames of source.frames()) {
    for (const row of readRows(frames)) {
      if (rows.length === most) break;
      rows.push(row);
    }
    if (rows.length === most) break;
  }
  return rows;
}
