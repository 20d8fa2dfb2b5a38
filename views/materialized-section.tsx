import type { Clip } from "../src/clips/clips.ts";
import { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { ShownMaterialized } from "../src/materialized/show-materialized.ts";
import { MOST_SEARCHED_ROWS } from "../src/materialized/unique-index.ts";
import { viewNameOf } from "../src/materialized/view-name.ts";
import { nextRefreshes } from "../src/schedules/next-refreshes.ts";
import { ErrorMessage } from "./error-message.tsx";
import { formatTime } from "./english/formats.ts";

interface MaterializedProps {
  access: Access;
  clip: Clip;
  /** Null if the clip is not materialized. */
  materialized: ShownMaterialized | null;
  /** Whether the clip's database has a primary in the configuration. */
  hasPrimary: boolean;
  /** The clip's address. */
  path: string;
}

/** A clip's materialization: how old the content is that readers get, why the last try failed, and its forms. */
export function MaterializedSection({ access, clip, materialized, hasPrimary, path }: MaterializedProps) {
  const mayManage = mayDo(access, "materialized.manage");
  if (materialized === null) {
    return hasPrimary && mayManage ? (
      <section id="materialized">
        <h2>Materialize</h2>
        <details>
          <summary>Keep its content on the primary, for other clips to use</summary>
          <p class="note">
            The query then runs on the primary when the content is refreshed, and not when it is read. Other clips read
            it as <code>dataclips.{viewNameOf(clip.title, clip.id)}</code>, on the followers.
          </p>
          <WishForm path={path} wish={null} name={viewNameOf(clip.title, clip.id)} />
        </details>
      </section>
    ) : null;
  }
  const { name, error, version, failedAt } = materialized;
  return (
    <section id="materialized">
      <h2>Materialized</h2>
      <p class="facts">
        Other clips read it as <code>dataclips.{name}</code>. {content(materialized)}
      </p>
      {version !== null && (
        <p class="facts">
          {materialized.rowCount?.toLocaleString("en")} rows, {materialized.bytes?.toLocaleString("en")} bytes; the last
          refresh took {materialized.durationMs?.toLocaleString("en")} ms. {refreshWords(materialized)}{" "}
          {indexWords(materialized)}
        </p>
      )}
      {version !== null && version !== clip.version && (
        <p class="warning">
          The content is of version {version}; the clip's current version is {clip.version}.
        </p>
      )}
      {error !== null && (
        <>
          <p class="facts">
            The last try{failedAt !== null && `, on ${formatTime(failedAt)},`} failed; the content is the one before.
          </p>
          <ErrorMessage error={new AppError(error.code, error.message, error)} sql={clip.sql} />
        </>
      )}
      {mayManage && (
        <>
          <div class="actions">
            <form method="post" action={`${path}/materialized/refresh`}>
              <button>Refresh now</button>
            </form>
            <form method="post" action={`${path}/materialized/remove`}>
              <button>Take the materialization away</button>
            </form>
          </div>
          <details>
            <summary>Schedule and unique columns</summary>
            <WishForm path={path} wish={materialized} name={name} />
          </details>
        </>
      )}
    </section>
  );
}

function WishForm({ path, wish, name }: { path: string; wish: ShownMaterialized | null; name: string }) {
  return (
    <form class="stacked" method="post" action={`${path}/materialized`}>
      {wish === null && (
        <label>
          Name in the schema dataclips
          <input name="name" value={name} maxlength={63} pattern="[a-z_][a-z0-9_]*" required spellcheck={false} />
        </label>
      )}
      <label>
        Columns that together are unique, with commas; empty: they are looked for
        <input name="unique_columns" value={wish?.uniqueColumns?.join(", ") ?? ""} spellcheck={false} />
      </label>
      <label>
        Refresh: minute, hour, day of the month, month, day of the week, as cron has them; empty: by hand
        <input name="cron" value={wish?.cron ?? ""} placeholder="0 5 * * *" maxlength={200} spellcheck={false} />
      </label>
      <label>
        Its time zone
        <input name="time_zone" value={wish?.timeZone ?? ""} placeholder="Europe/Berlin" maxlength={200} />
      </label>
      <button>{wish === null ? "Materialize" : "Save"}</button>
    </form>
  );
}

/** How old what readers get is: by a follower's own word, for replication may be behind. */
function content({ reading }: ShownMaterialized): string {
  if (reading === null) return "No follower can be asked how old it is.";
  const { follower, content: found } = reading;
  if (found === null) return `The follower ${follower} has not got it yet.`;
  return `As ${follower} has it now, it is of version ${found.version} and ${age(found.refreshedAt)} old (${formatTime(found.refreshedAt)}).`;
}

function indexWords({ indexColumns, rowCount }: ShownMaterialized): string {
  if (indexColumns !== null) {
    return `It is refreshed while people read, by the unique index on ${indexColumns.join(", ")}.`;
  }
  const why =
    (rowCount ?? 0) > MOST_SEARCHED_ROWS
      ? `among more than ${MOST_SEARCHED_ROWS.toLocaleString("en")} rows no unique columns are looked for`
      : "no column, and no pair of columns, was found to be unique and without NULL";
  return `Readers wait while it is refreshed: ${why}. Name columns that are unique together.`;
}

const UNITS = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
] as const;

function age(since: Date): string {
  const seconds = Math.max(0, Math.floor((Date.now() - since.getTime()) / 1000));
  const [size, unit] = UNITS.find(([least]) => seconds >= 2 * least) ?? [1, "second"];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function refreshWords(materialized: ShownMaterialized): string {
  const [next] = nextRefreshes(materialized);
  if (next === undefined) return "It is refreshed by hand only.";
  return `It is refreshed by the schedule ${materialized.cron} in ${materialized.timeZone}, next on ${formatTime(next)}.`;
}
