import type { Database, Databases } from "../databases/databases.ts";
import { AppError } from "../errors.ts";
import type { Access } from "../people/access.ts";
import { mayUseDatabase } from "../people/permissions.ts";

/** The databases that somebody may look at. */
export function databasesFor(access: Access, { all }: Databases): Database[] {
  return all.filter(({ name }) => mayUseDatabase(access, name));
}

/**
 * The database that a path names.
 * @param databases those that whoever asks may look at: no other one is named, nor found
 * @throws AppError not_found, naming those that there are
 */
export function findDatabase(databases: readonly Database[], name: string): Database {
  const found = databases.find((database) => database.name === name);
  if (found) return found;
  throw new AppError("not_found", `There is no database ${JSON.stringify(name)} here.`, {
    hint: databases.length === 0 ? undefined : `The databases are: ${databases.map((one) => one.name).join(", ")}.`,
  });
}
