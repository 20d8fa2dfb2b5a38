import { speakingSlug } from "../src/clips/slug.ts";
import type { Access } from "../src/people/access.ts";
import { AUDIT_ACTIONS } from "../src/people/audit-actions.ts";
import type { ListedEvent } from "../src/people/list-events.ts";
import { AUDIT_FILTERS, type AuditForm } from "../src/routes/audit-query.ts";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/audit-page.ts";

interface AuditPageProps {
  access: Access | null;
  events: readonly ListedEvent[];
  /** The filters as they were written. */
  form: AuditForm;
  /** Whether these are the newest events. */
  isFirst: boolean;
  /** What the next page begins before; null: there are no more. */
  older: number | null;
}

/** What of an event's details comes first; PostgreSQL's jsonb has an order of its own. */
const FIRST: readonly string[] = [
  "version",
  "state",
  "error",
  "sqlstate",
  "database",
  "follower",
  "row_count",
  "bytes",
  "duration_ms",
  "elapsed_ms",
  "parameters",
  "result",
  "from",
  "to",
];
const WORDS: Readonly<Record<string, string | undefined>> = AUDIT_ACTIONS;

/** Who did what, the newest first. */
export function renderAuditPage({ access, events, form, isFirst, older }: AuditPageProps): string {
  return renderPage(
    <Layout title={words.title} access={access}>
      <h1>{words.title}</h1>
      <Filters form={form} />
      {events.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <WideTable label={words.events} heads={words.columns} class="result" region="audit">
          {events.map((event) => (
            <EventRow event={event} />
          ))}
        </WideTable>
      )}
      <nav class="pages" aria-label={words.pages}>
        {!isFirst && <a href={addressOf("/audit", form)}>{words.newest}</a>}
        {older !== null && <a href={addressOf("/audit", form, older)}>{words.older}</a>}
        <a href={addressOf("/api/audit.ndjson", form)}>{words.asNdjson}</a>
      </nav>
    </Layout>,
  );
}

function Filters({ form }: { form: AuditForm }) {
  return (
    <form class="filters" method="get" action="/audit" role="search">
      <label>
        {words.filters.action}
        <select name="action">
          <option value="">{words.filters.everything}</option>
          {Object.entries(AUDIT_ACTIONS).map(([action, label]) => (
            <option value={action} selected={form.action === action}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.filters.person}
        <input name="person" value={form.person} placeholder={words.filters.personExample} />
      </label>
      <label>
        {words.filters.clip}
        <input name="clip" value={form.clip} placeholder={words.filters.clipExample} />
      </label>
      <label>
        {words.filters.words}
        <input name="q" type="search" value={form.q} placeholder={words.filters.wordsExample} />
      </label>
      <label>
        {words.filters.from}
        <input name="from" value={form.from} placeholder="2026-11-01" />
      </label>
      <label>
        {words.filters.to}
        <input name="to" value={form.to} placeholder="2026-11-30T18:00" />
      </label>
      <button>{words.filters.search}</button>
    </form>
  );
}

function EventRow({ event }: { event: ListedEvent }) {
  const { id, at, action, clip, details, sql, address } = event;
  return (
    <tr id={`event-${id}`}>
      <td>
        <time datetime={at.toISOString()}>{formatTime(at)}</time>
      </td>
      <td>
        <Who event={event} />
      </td>
      <td>
        {WORDS[action] ?? action}
        {clip !== null && (
          <>
            {" "}
            {clip.deletedAt === null ? (
              <a href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>{clip.title}</a>
            ) : (
              <>
                {clip.title} <small>{words.deleted}</small>
              </>
            )}
          </>
        )}
      </td>
      <td>
        <Details details={details} />
        {sql !== null && (
          <details>
            <summary>SQL</summary>
            <pre class="sql" tabindex={0}>
              {sql}
            </pre>
          </details>
        )}
      </td>
      <td>{address ?? words.thisServer}</td>
    </tr>
  );
}

function Who({ event: { actor, actorName } }: { event: ListedEvent }) {
  const [, kind = actor, id] = /^(\w+):(.*)$/s.exec(actor) ?? [];
  if (kind === "share") return <a href={`/share-list/${id}`}>{actorName || words.aLink}</a>;
  if (kind === "schedule") return <>{words.aSchedule}</>;
  if (kind === "anonymous") return <>{words.somebodyUnknown}</>;
  return (
    <>
      {actorName || actor}
      {kind === "key" && <small> {words.withKey}</small>}
    </>
  );
}

function Details({ details }: Pick<ListedEvent, "details">) {
  const place = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const known = Object.entries(details)
    .filter(([, value]) => value !== null)
    .toSorted(([a], [b]) => place(a) - place(b));
  return (
    <ul class="plain">
      {known.map(([name, value]) => (
        <li>
          <span class="code">{name.replaceAll("_", " ")}</span> {say(value)}
        </li>
      ))}
    </ul>
  );
}

/** A value of an event as a line: names and values of what has parts. */
function say(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? words.nothing : value.map(say).join(", ");
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([name, part]) => `${name} = ${say(part)}`);
    return parts.length === 0 ? words.nothing : parts.join(", ");
  }
  if (typeof value === "number") return value.toLocaleString("en");
  return value === null ? "NULL" : String(value);
}

/** An address with the filters that are set. */
function addressOf(path: string, form: AuditForm, before?: number): string {
  const set = AUDIT_FILTERS.filter((name) => form[name] !== "").map((name) => [name, form[name]]);
  const query = new URLSearchParams([...set, ...(before === undefined ? [] : [["before", String(before)]])]);
  return query.size === 0 ? path : `${path}?${query}`;
}
