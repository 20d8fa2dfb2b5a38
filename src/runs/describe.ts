import type pg from "pg";
import type { Database } from "../databases/databases.ts";
import { openReading } from "../databases/open-reading.ts";
import { explainError } from "./explain-error.ts";
import { checkNames } from "./check-names.ts";
import type { CheckedSql } from "./check-sql.ts";
import { type Choices, readChoices } from "./parameter-choices.ts";

/** A parameter of a clip, with the type that PostgreSQL infers for it. */
export interface Parameter {
  name: string;
  type: string;
  default: string | null;
  choices?: Choices;
}

/**
 * Asks a follower what a query's parameters are, by Parse and Describe: nothing is executed.
 * @param options.suggest whether to say the values, too, that columns which they are compared with have had: that is
 *   for those only who may query the tables as they like
 * @throws AppError not_read_only for a name that the database's policy refuses, query_failed, no_follower
 */
export async function describeParameters(
  database: Database,
  template: CheckedSql,
  { suggest = false }: { suggest?: boolean } = {},
): Promise<Parameter[]> {
  // The session is given back before the types are asked for, which may take another: waiting for each other, as many
  // as there may be at once would all wait for ever.
  const { oids, choices } = await describeOnFollower(database, template, suggest);
  const types = await database.types(oids);
  return template.parameters.map((parameter, index) => ({
    name: parameter.name,
    type: types.get(oids[index]!)!.name,
    default: parameter.default,
    ...(choices.has(index + 1) && { choices: choices.get(index + 1)! }),
  }));
}

async function describeOnFollower(
  database: Database,
  template: CheckedSql,
  suggest: boolean,
): Promise<{ oids: number[]; choices: ReadonlyMap<number, Choices> }> {
  const reading = await openReading(database, { timeoutMs: database.timeoutMs });
  try {
    await checkNames(reading.client, database, template);
    const oids = await describe(reading.client, template.text);
    // What is only a help is no reason to refuse a clip.
    const choices = await readChoices(reading.client, { text: template.text, oids, suggest }).catch(() => new Map());
    return { oids, choices };
  } catch (error) {
    throw explainError(error, template);
  } finally {
    reading.end();
  }
}

type Wire = pg.Connection & {
  parse(query: { text: string }): void;
  describe(message: { type: "S"; name: string }): void;
  sync(): void;
};

/** The type OIDs of a statement's parameters. */
async function describe(client: pg.Client, text: string): Promise<number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let oids: number[] = [];
  client.query({
    submit(connection: Wire) {
      connection.once("parameterDescription", (message: { dataTypeIDs: number[] }) => {
        oids = message.dataTypeIDs;
      });
      connection.parse({ text });
      connection.describe({ type: "S", name: "" });
      connection.sync();
    },
    handleRowDescription() {},
    handleError: reject,
    handleReadyForQuery: () => resolve(),
  } as unknown as pg.Submittable);
  await promise;
  return oids;
}
