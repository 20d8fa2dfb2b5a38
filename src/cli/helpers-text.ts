import type { FollowerArrival } from "../databases/wait-for-followers.ts";
import type { HelperStatus, HelpersStatus } from "../helpers/helpers-status.ts";
import type { InstallReport } from "../helpers/install-helpers.ts";
import type { RemoveReport } from "../helpers/remove-helpers.ts";

/** The state of a database's helpers for a terminal. */
export function statusText(status: HelpersStatus): string {
  const width = Math.max(...status.helpers.map(({ name }) => name.length));
  const counts = Object.entries(Object.groupBy(status.helpers, ({ state }) => state)).map(
    ([state, helpers]) => `${helpers.length} ${state}`,
  );
  return lines([
    `${status.database}, schema ${status.schema}`,
    `  ${engineText(status)}`,
    ...(status.everybody_writes
      ? [
          `  ! Everybody may write functions in ${status.language}: REVOKE USAGE ON LANGUAGE ${status.language} FROM PUBLIC;`,
        ]
      : []),
    "",
    ...status.helpers.flatMap((helper) => helperLines(helper, width)),
    "",
    ...status.followers.map(followerLine),
    counts.join(", "),
  ]);
}

/** What an install did. */
export function installText(report: InstallReport): string {
  const { schema, language, installed, upgraded, removed, kept, indexes, followers } = report;
  return lines([
    report.changed
      ? `${report.database}: the helpers are installed in the schema ${schema}, in ${language}.`
      : `${report.database}: all helpers are current; nothing has been changed.`,
    ...(report.created_extension
      ? [`  The extension ${language} has been installed; only its owner may write in it.`]
      : []),
    ...listed("new", installed),
    ...listed("upgraded", upgraded),
    ...listed("removed", removed),
    ...kept.map(({ routine, dependents }) =>
      dependents.length === 0
        ? `  ! ${routine} of another release was changed by hand and stays; --force drops it.`
        : `  ! ${routine} of another release stays, for it is in use: ${dependents.join(", ")}.`,
    ),
    ...(indexes.length === 0
      ? []
      : [
          "  ! Indexes hold what the code before gave. Make them anew, in a new session:",
          ...indexes.map((index) => `      REINDEX INDEX CONCURRENTLY ${index};`),
        ]),
    ...followers.map(followerLine),
  ]);
}

/** What a remove did. */
export function removeText({ database, schema, removed, schema_dropped, extensions, followers }: RemoveReport): string {
  return lines([
    removed.length === 0
      ? `${database}: there are no helpers in the schema ${schema}.`
      : `${database}: ${removed.length} functions have been removed from the schema ${schema}.`,
    schema_dropped ? "  The schema has been dropped." : `  The schema ${schema} has been left as it is.`,
    ...extensions.map((name) => `  The extension ${name} stays, others may use it: DROP EXTENSION ${name};`),
    ...followers.map(followerLine),
  ]);
}

function engineText({ language, installed, offers }: HelpersStatus): string {
  if (language === null) return "no JavaScript: the server has neither the extension plv8 nor pljs";
  return installed ? `language ${language}` : `language ${language} ${offers[language]}, which is not installed yet`;
}

function helperLines({ name, state, detail, functions }: HelperStatus, width: number): string[] {
  const shown = functions.filter((item) => item.comment !== null || functions.length === 1);
  return [
    `  ${state === "current" ? "✓" : "!"} ${name.padEnd(width)}  ${state}${detail === null ? "" : `: ${detail}`}`,
    ...shown.flatMap(({ signature, result, comment }) => [
      `      ${signature}${result === null ? "" : ` returns ${result}`}`,
      ...(comment === null ? [] : [`        ${comment.replaceAll("\n", "\n        ")}`]),
    ]),
  ];
}

function followerLine({ name, arrived, reason }: FollowerArrival): string {
  return arrived ? `  ✓ ${name} has what the primary has` : `  ! ${name}: ${reason}`;
}

function listed(word: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`  ${word}: ${names.join(", ")}`];
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
