import type { DeclaredRoutine, HelperFile } from "./helper-files.ts";
import type { Installation, Language, Routine } from "./installation.ts";
import { LANGUAGES } from "./installation.ts";
import { isKnownBody } from "./known-bodies.ts";

/**
 * How a helper stands in a database: as this release has it; as another one had it, or in part, or without its
 * privileges; changed since it was installed; not there; or its name taken by a function that is not ours.
 */
export type HelperState = "current" | "outdated" | "changed_by_hand" | "missing" | "foreign";

/** A helper and what stands of it in a database. */
export interface JudgedHelper {
  name: string;
  state: HelperState;
  /** Why, for people, where the state alone does not say it: completes "name: …". */
  detail: string | null;
  /** Null of one that is no longer among the helpers. */
  file: HelperFile | null;
  /** Those of its functions that are there and ours. */
  routines: readonly Routine[];
  /** Of these, those that no file makes any more. */
  leftovers: readonly Routine[];
  /** Functions that are not ours where its own would be. */
  foreign: readonly Routine[];
  /** Whether its file has to be run; if not, what is outdated are privileges or leftovers. */
  stale: boolean;
}

/** Compares the files with what stands in the database; first the files' helpers, then those that are none any more. */
export function judgeHelpers(files: readonly HelperFile[], installation: Installation): JudgedHelper[] {
  const { routines } = installation;
  const identities = new Set(
    files.flatMap((file) => file.routines.map((routine) => identityOf(routine, installation))),
  );
  const leftovers = routines.filter(({ marker, identity }) => marker !== null && !identities.has(identity));
  const names = new Set(files.map(({ name }) => name));
  const gone = [...new Set(leftovers.map(({ marker }) => marker!.helper))].filter((name) => !names.has(name));
  return [
    ...files.map((file) =>
      judgeFile(
        file,
        installation,
        leftovers.filter(({ marker }) => marker!.helper === file.name),
      ),
    ),
    ...gone.map((name) => {
      const left = leftovers.filter(({ marker }) => marker!.helper === name);
      return {
        ...verdict(
          left.some(isChanged)
            ? ["changed_by_hand", "no longer among the helpers"]
            : ["outdated", "no longer among the helpers: an install removes it"],
        ),
        name,
        file: null,
        routines: left,
        leftovers: left,
        foreign: [],
        stale: false,
      };
    }),
  ];
}

/** What a declared routine is called in the catalog: see Routine.identity. */
function identityOf({ name, types }: DeclaredRoutine, installation: Installation): string {
  return `${name}(${types.map((type) => installation.types.get(type) ?? type).join(", ")})`;
}

/** Whether it is not as it was when it was installed. */
export function isChanged({ marker, definitionHash }: Routine): boolean {
  return marker !== null && marker.definitionHash !== definitionHash;
}

function judgeFile(file: HelperFile, installation: Installation, leftovers: readonly Routine[]): JudgedHelper {
  const identities = file.routines.map((routine) => identityOf(routine, installation));
  const there = installation.routines.filter(({ identity }) => identities.includes(identity));
  const foreign = there.filter((routine) => !isOurs(routine));
  const own = there.filter(isOurs);
  const old = own.find(({ marker }) => marker?.helper !== file.name || marker.fileHash !== file.hash);
  // The best engine of those that are installed; one that is merely offered outdates nothing.
  const language = LANGUAGES.find((name) => installation.languages[name] !== undefined);
  const otherLanguage = own.find((routine) => language !== undefined && routine.language !== language);
  const all = { name: file.name, file, routines: [...own, ...leftovers], leftovers, foreign };
  const stale = old !== undefined || otherLanguage !== undefined || there.length < identities.length;
  if (foreign.length > 0) {
    return { ...all, ...verdict(["foreign", foreignText(foreign)]), stale };
  }
  if (own.length === 0 && leftovers.length === 0) return { ...all, ...verdict(["missing", null]), stale };
  const changed = all.routines.filter(isChanged);
  if (changed.length > 0) {
    const text = changed.map(({ identity }) => identity).join(", ");
    return { ...all, ...verdict(["changed_by_hand", text]), stale: true };
  }
  return { ...all, ...verdict(outdated(file, own, leftovers, old, otherLanguage, language, installation)), stale };
}

function outdated(
  file: HelperFile,
  own: readonly Routine[],
  leftovers: readonly Routine[],
  old: Routine | undefined,
  otherLanguage: Routine | undefined,
  language: Language | undefined,
  { namespace }: Installation,
): [HelperState, string | null] {
  const open = own.find(({ everybody }) => everybody);
  const lacking = own.flatMap((routine) => routine.lacking)[0] ?? namespace?.lacking[0];
  const missing = file.routines.length - own.length;
  if (old !== undefined) return ["outdated", old.marker === null ? "installed by hand" : "of another release"];
  if (missing > 0) return ["outdated", `${missing} of its ${file.routines.length} functions are missing`];
  if (otherLanguage !== undefined) return ["outdated", `in ${otherLanguage.language}, and not in ${language}`];
  if (leftovers.length > 0) {
    return ["outdated", `with ${leftovers.map(({ identity }) => identity).join(", ")} of another release`];
  }
  if (open !== undefined) return ["outdated", `everybody may execute ${open.identity}`];
  if (lacking !== undefined) return ["outdated", `the role ${lacking} may not execute it`];
  return ["current", null];
}

/** Ours by its marker; or one that was made by hand from a file of ours, and so has none. */
function isOurs({ marker, bodyHash, language }: Routine): boolean {
  return marker !== null || ((LANGUAGES as readonly string[]).includes(language) && isKnownBody(bodyHash));
}

function foreignText(routines: readonly Routine[]): string {
  return routines.map(({ identity, owner }) => `${identity} belongs to ${owner} and is not ours`).join("; ");
}

function verdict([state, detail]: [HelperState, string | null]): { state: HelperState; detail: string | null } {
  return { state, detail };
}
