import type { LinkOutcome } from "../links/add-link.ts";
import { describeDrift } from "../links/drift.ts";
import { linkJson } from "../links/link-json.ts";
import type { LinkStatus } from "../links/link-status.ts";
import type { RefreshOutcome } from "../links/refresh-link.ts";

/** The links of a database. */
interface StatusReport {
  database: string;
  links: readonly LinkStatus[];
}

/** What a change of a link did, for a terminal; of a dry run it is SQL, to be run with psql. */
export function outcomeText(done: string, outcome: LinkOutcome | RefreshOutcome, dryRun: boolean): string {
  if (dryRun) return `BEGIN;\n${outcome.statements.map((sql) => `${sql};\n`).join("")}COMMIT;\n`;
  const { name, tables, unreadable, followers } = outcome;
  const drift = "drift" in outcome ? outcome.drift : [];
  return [
    `${name} is ${done}: ${tables.length} table${tables.length === 1 ? "" : "s"}`,
    ...tables.map((table) => `  ${name}.${table}`),
    ...unreadable.map((table) => `  ! without ${table}, which the role there may not read`),
    ...drift.map((one) => `  mended: ${describeDrift(one)}`),
    ...followers.map(arrivalText),
    "",
  ].join("\n");
}

function arrivalText({ name, arrived, reason }: LinkOutcome["followers"][number]): string {
  return arrived ? `  ✓ ${name} has followed` : `  ! ${name} has not followed yet: ${reason}`;
}

/** The links of a database and how they are, for a terminal. */
export function statusText({ database, links }: StatusReport): string {
  const lines = links.length === 0 ? ["  no links"] : links.flatMap(linkLines);
  return `${[database, ...lines].join("\n")}\n`;
}

function linkLines(link: LinkStatus): string[] {
  const { to, reason } = link;
  const address = `${to.role ?? "?"} at ${to.host}:${to.port}, database ${to.dbname}`;
  return [
    `  ${link.name}`,
    `    leads to     ${to.database === null ? address : `${to.database}: ${address}`}`,
    `    tables       ${link.whole ? "all" : "chosen ones"} of schema ${link.schema}: ${link.tables.map(({ name }) => name).join(", ") || "none"}`,
    `    ${reason === null ? "✓ primary" : `✗ primary      ${reason}`}`,
    ...link.followers.map(({ name, ok, reason: why }) => `    ${ok ? `✓ ${name}` : `✗ ${name}: ${why}`}`),
    ...(link.moved ? [`    ! ${to.database} has another address in the configuration now: refresh the link`] : []),
    ...link.drift.map((one) => `    ! ${describeDrift(one)}: refresh the link`),
  ];
}

/** The same for programs. */
export function statusJson({ database, links }: StatusReport) {
  return { database, links: links.map(linkJson) };
}
