import pg from "pg";
import { checkInstall } from "./check-install.ts";
import { type DeclaredRoutine, HELPER_QUOTE, helperSql, sha256 } from "./helper-files.ts";
import { type Installation, type Language, type Routine, SCHEMA_COMMENT } from "./installation.ts";
import { isChanged, type JudgedHelper } from "./judge-helpers.ts";
import { markSql } from "./marker.ts";

/** What an install does, as SQL, and what will have come of it. */
export interface InstallPlan {
  language: Language;
  /** The statements, in order; none when there is nothing to do. */
  parts: readonly string[];
  createsExtension: boolean;
  /** Names of helpers: new ones, and those that were there in another form. */
  installed: readonly string[];
  upgraded: readonly string[];
  /** Functions of earlier releases that are dropped, and those that stay because something depends on them. */
  removed: readonly string[];
  kept: readonly { routine: string; dependents: readonly string[] }[];
  /** Indexes over functions whose code changes: they hold what the old code gave. */
  indexes: readonly string[];
}

/**
 * Plans an install.
 * @param force replaces functions that were changed by hand
 * @throws AppError conflict when there is no engine, no such reader role, a name taken, or a change by hand
 */
export function planInstall(
  installation: Installation,
  judged: readonly JudgedHelper[],
  { readers, force }: { readers: readonly string[]; force: boolean },
): InstallPlan {
  const language = checkInstall(installation, judged, force);
  const { schema, namespace } = installation;
  const targetOf = ({ name, types }: DeclaredRoutine): string =>
    `${pg.escapeIdentifier(schema)}.${name}(${types.join(", ")})`;
  const createsExtension = installation.languages[language] === undefined;
  const stale = judged.filter((helper) => helper.file !== null && helper.stale);
  const { removed, kept } = sortLeftovers(judged, stale, force);
  const grantees = readers.map((reader) => pg.escapeIdentifier(reader)).join(", ");
  const made = stale.flatMap(({ file }) =>
    file!.routines.map((routine) => ({ helper: file!.name, fileHash: file!.hash, routine: targetOf(routine) })),
  );
  // Made anew, they have PostgreSQL's default privileges; the others may have lost theirs.
  const closing = judged
    .filter(
      (helper) =>
        stale.includes(helper) || helper.routines.some(({ everybody, lacking }) => everybody || lacking.length > 0),
    )
    .flatMap(({ file }) => file?.routines.map(targetOf) ?? []);
  const parts = [
    ...(createsExtension ? [extensionSql(language)] : []),
    ...(namespace === null ? [schemaSql(schema)] : []),
    ...(namespace === null || namespace.lacking.length > 0
      ? [`GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${grantees};\n`]
      : []),
    ...stale.map((helper) => fileSql(helper, removed, schema, language)),
    ...(removed.length === 0 ? [] : [`DROP ROUTINE IF EXISTS ${removed.map(({ target }) => target).join(", ")};\n`]),
    ...(made.length === 0 ? [] : [markSql(made)]),
    ...(closing.length === 0
      ? []
      : [
          `REVOKE ALL ON ROUTINE\n  ${closing.join(",\n  ")}\n  FROM PUBLIC;\n`,
          `GRANT EXECUTE ON ROUTINE\n  ${closing.join(",\n  ")}\n  TO ${grantees};\n`,
        ]),
  ];
  return {
    language,
    parts,
    createsExtension,
    installed: stale.filter(({ routines }) => routines.length === 0).map(({ name }) => name),
    upgraded: stale.filter(({ routines }) => routines.length > 0).map(({ name }) => name),
    removed: removed.map(({ identity }) => identity),
    kept: kept.map(({ identity, dependents }) => ({
      routine: identity,
      dependents: dependents.map(({ name }) => name),
    })),
    indexes: changedIndexes(stale),
  };
}

/**
 * Functions of earlier releases go, unless something depends on them or somebody has changed them. What this install
 * makes anew depends on them no more.
 */
function sortLeftovers(
  judged: readonly JudgedHelper[],
  stale: readonly JudgedHelper[],
  force: boolean,
): { removed: Routine[]; kept: Routine[] } {
  const all = judged.flatMap(({ leftovers }) => leftovers);
  const replaced = stale.flatMap(({ routines, leftovers }) =>
    routines.filter((routine) => !leftovers.includes(routine)).map(({ oid }) => oid),
  );
  let removed = all.filter((routine) => force || !isChanged(routine));
  // What one that stays depends on has to stay too: until all that is left to go can go.
  for (let before = -1; before !== removed.length;) {
    before = removed.length;
    const going = new Set([...replaced, ...removed.map(({ oid }) => oid)]);
    removed = removed.filter(({ dependents }) => dependents.every(({ oid }) => going.has(oid)));
  }
  return { removed, kept: all.filter((routine) => !removed.includes(routine)) };
}

function extensionSql(language: string): string {
  return `-- Readers are to call what is installed here, and to write no JavaScript of their own.
CREATE EXTENSION ${language};
REVOKE USAGE ON LANGUAGE ${language} FROM PUBLIC;
`;
}

function schemaSql(schema: string): string {
  const name = pg.escapeIdentifier(schema);
  return `CREATE SCHEMA ${name};\nCOMMENT ON SCHEMA ${name} IS ${pg.escapeLiteral(SCHEMA_COMMENT)};\n`;
}

/**
 * A helper's file. In place of what is there already, so that indexes and views over it stay; where PostgreSQL cannot
 * do that, because the result or the names of arguments differ, what is there is dropped first.
 */
function fileSql(
  { file, routines, leftovers }: JudgedHelper,
  removed: readonly Routine[],
  schema: string,
  language: string,
): string {
  const sql = helperSql(file!, schema, language);
  const there = routines.filter((routine) => !leftovers.includes(routine) || removed.includes(routine));
  if (there.length === 0) return sql;
  const old = there.map(({ target }) => target).join(", ");
  return `DO $dataclips$
DECLARE
  helper text := ${HELPER_QUOTE}
${sql}${HELPER_QUOTE};
BEGIN
  EXECUTE helper;
EXCEPTION WHEN invalid_function_definition OR wrong_object_type THEN
  DROP ROUTINE ${old};
  EXECUTE helper;
END
$dataclips$;
`;
}

function changedIndexes(stale: readonly JudgedHelper[]): string[] {
  const indexes = stale.flatMap(({ file, routines }) => {
    const bodies = new Set(file!.bodies.map(sha256));
    return routines
      .filter(({ bodyHash }) => !bodies.has(bodyHash))
      .flatMap(({ dependents }) => dependents.flatMap(({ index }) => index ?? []));
  });
  return [...new Set(indexes)];
}
