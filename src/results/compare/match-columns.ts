import { AppError } from "../../errors.ts";
import type { ResultHead } from "../result.ts";

/** Names in one message, at most. */
const MOST_NAMES = 10;

/**
 * Where the older result has each of the newer one's columns, by name; null when both have the same columns in the
 * same order. Types are compared by name: what is compared is text.
 * @throws AppError invalid_request, naming the columns that are in one result only, or of another type
 */
export function matchColumns(from: ResultHead, to: ResultHead): number[] | null {
  if (from.number === to.number) return null;
  const describe = ({ columns }: ResultHead): string =>
    JSON.stringify(columns.map(({ name, type }) => [name, type.name]));
  if (describe(from) === describe(to)) return null;

  const faults = [...onlyIn(from, to), ...onlyIn(to, from), ...otherTypes(from, to)];
  if (faults.length === 0 && (hasRepeated(from) || hasRepeated(to))) {
    faults.push("they have repeated names, in another order or number");
  }
  if (faults.length > 0) {
    throw new AppError(
      "invalid_request",
      `Results ${from.number} and ${to.number} have different columns: ${faults.join("; ")}.`,
      {
        hint:
          from.version === to.version
            ? "Results with the same columns can be compared."
            : `Compare results of the same version: ${from.number} is of version ${from.version}, ${to.number} of version ${to.version}.`,
      },
    );
  }
  const places = new Map(from.columns.map(({ name }, index) => [name, index]));
  return to.columns.map(({ name }) => places.get(name)!);
}

function onlyIn(one: ResultHead, other: ResultHead): string[] {
  const known = new Set(other.columns.map(({ name }) => name));
  const names = one.columns.filter(({ name }) => !known.has(name)).map(({ name }) => JSON.stringify(name));
  return names.length === 0 ? [] : [`only result ${one.number} has ${list(names)}`];
}

function otherTypes(from: ResultHead, to: ResultHead): string[] {
  const types = new Map(from.columns.map(({ name, type }) => [name, type.name]));
  const repeated = new Set([...repeatedNames(from), ...repeatedNames(to)]);
  const faults = to.columns
    .filter(({ name, type }) => !repeated.has(name) && types.has(name) && types.get(name) !== type.name)
    .map(
      ({ name, type }) =>
        `${JSON.stringify(name)} is ${types.get(name)} in result ${from.number} and ${type.name} in result ${to.number}`,
    );
  return faults.length === 0 ? [] : [list(faults)];
}

function repeatedNames({ columns }: ResultHead): Set<string> {
  const names = columns.map(({ name }) => name);
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

function hasRepeated(head: ResultHead): boolean {
  return repeatedNames(head).size > 0;
}

function list(items: readonly string[]): string {
  const more = items.length - MOST_NAMES;
  return more > 0 ? `${items.slice(0, MOST_NAMES).join(", ")} and ${more} more` : items.join(", ");
}
