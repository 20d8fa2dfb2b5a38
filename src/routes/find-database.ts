import type { Database, Databases } from "../databases/databases.ts";
import { AppError } from "../errors.ts";

/**
 * The database that a path names.
 * @throws AppError not_found, naming those that there are
 */
export function findDatabase(databases: Databases, name: string): Database {
  const found = databases.all.find((database) => database.name === name);
  if (found) return found;
  throw new AppError("not_found", `There is no database ${JSON.stringify(name)} here.`, {
    hint: `The databases are: ${databases.all.map((database) => database.name).join(", ")}.`,
  });
}
