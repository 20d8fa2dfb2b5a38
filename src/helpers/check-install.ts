import { AppError } from "../errors.ts";
import { chooseLanguage, type Installation, type Language } from "./installation.ts";
import type { JudgedHelper } from "./judge-helpers.ts";

/**
 * Finds out whether an install can be tried, and gives the engine that it would use.
 * @throws AppError conflict when there is no engine, no such reader role, a name taken, or a change by hand
 */
export function checkInstall(installation: Installation, judged: readonly JudgedHelper[], force: boolean): Language {
  const language = checkLanguage(installation);
  checkReaders(installation);
  checkNames(judged, force);
  return language;
}

function checkLanguage(installation: Installation): Language {
  const language = chooseLanguage(installation);
  if (language !== null) return language;
  throw new AppError("conflict", "The server has no JavaScript: neither the extension plv8 nor pljs is there.", {
    hint:
      "Put one beside it: PL/JS is Debian's package postgresql-18-pljs (with the number of your version), for the " +
      "embedded PostgreSQL npm run embedded:pljs gets it; PL/V8 is built from its source, or offered by your provider.",
  });
}

function checkReaders({ unknownReaders }: Installation): void {
  if (unknownReaders.length === 0) return;
  throw new AppError("conflict", `The primary has no role ${unknownReaders.join(", ")} that could call the helpers.`, {
    hint:
      "Nothing has been changed. The reader is the role of the followers' URLs: make it with sql/roles.sql. If a pooler gives it another name, " +
      "say it: --reader <role>.",
  });
}

function checkNames(judged: readonly JudgedHelper[], force: boolean): void {
  const foreign = judged.filter(({ state }) => state === "foreign");
  if (foreign.length > 0) {
    throw new AppError("conflict", `Names are taken: ${foreign.map(({ detail }) => detail).join("; ")}.`, {
      hint: "Nothing has been changed. Rename or drop these functions, or install into another schema: --schema <name>.",
    });
  }
  const changed = judged.filter(({ state, file }) => state === "changed_by_hand" && file !== null);
  if (changed.length > 0 && !force) {
    throw new AppError(
      "conflict",
      `Changed by hand since they were installed: ${changed.map(({ detail }) => detail).join(", ")}.`,
      {
        hint: "Nothing has been changed. Keep what you need of them under other names; then replace them: --force.",
      },
    );
  }
}
