import type { Database } from "../databases/databases.ts";
import type { ResultKey } from "../results/store.ts";
import type { CheckedSql } from "./check-sql.ts";
import { type ParameterValues, parametersKey } from "./parameters.ts";

/** One execution to be: checked, and with a value for every parameter. */
export interface RunRequest {
  clip: { id: number; slug: string; title: string; maskedParameters: readonly string[] };
  version: number;
  database: Database;
  template: CheckedSql;
  parameters: ParameterValues;
  /** Who wants it, for a fair queue (see queue.ts), and for the history: see the table of results. */
  asker: string;
  /** For people's eyes, and where they ask from; this server itself, where nothing is said. */
  askerName?: string | undefined;
  address?: string | null | undefined;
}

/** What a run's result will answer. */
export function resultKey({ clip, database, version, parameters }: RunRequest): ResultKey {
  return { clipId: clip.id, database: database.name, version, parametersKey: parametersKey(parameters) };
}
