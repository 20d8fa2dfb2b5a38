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
import { words } from "./english/materialized-section.tsx";

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
        <h2>{words.materialize}</h2>
        <details>
          <summary>{words.keepItsContentOn}</summary>
          <p class="note">{words.theQueryThenRuns(viewNameOf(clip.title, clip.id))}</p>
          <WishForm path={path} wish={null} name={viewNameOf(clip.title, clip.id)} />
        </details>
      </section>
    ) : null;
  }
  const { name, error, version, failedAt } = materialized;
  return (
    <section id="materialized">
      <h2>{words.materialized}</h2>
      <p class="facts">{words.otherClipsReadIt(name, content(materialized))}</p>
      {version !== null && (
        <p class="facts">
          {words.rowsBytesTheLast(
            materialized.rowCount?.toLocaleString("en"),
            materialized.bytes?.toLocaleString("en"),
            materialized.durationMs?.toLocaleString("en"),
            refreshWords(materialized),
            indexWords(materialized),
          )}
        </p>
      )}
      {version !== null && version !== clip.version && (
        <p class="warning">{words.theContentIsOf(version, clip.version)}</p>
      )}
      {error !== null && (
        <>
          <p class="facts">{words.theLastTryFailed(failedAt !== null && words.on(formatTime(failedAt)))}</p>
          <ErrorMessage error={new AppError(error.code, error.message, error)} sql={clip.sql} />
        </>
      )}
      {mayManage && (
        <>
          <div class="actions">
            <form method="post" action={`${path}/materialized/refresh`}>
              <button>{words.refreshNow}</button>
            </form>
            <form method="post" action={`${path}/materialized/remove`}>
              <button>{words.takeTheMaterializationAway}</button>
            </form>
          </div>
          <details>
            <summary>{words.scheduleAndUniqueColumns}</summary>
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
          {words.nameInTheSchema}
          <input name="name" value={name} maxlength={63} pattern="[a-z_][a-z0-9_]*" required spellcheck={false} />
        </label>
      )}
      <label>
        {words.columnsThatTogetherAre}
        <input name="unique_columns" value={wish?.uniqueColumns?.join(", ") ?? ""} spellcheck={false} />
      </label>
      <label>
        {words.refreshMinuteHourDay}
        <input name="cron" value={wish?.cron ?? ""} placeholder="0 5 * * *" maxlength={200} spellcheck={false} />
      </label>
      <label>
        {words.itsTimeZone}
        <input name="time_zone" value={wish?.timeZone ?? ""} placeholder={words.europeBerlin} maxlength={200} />
      </label>
      <button>{wish === null ? words.materialize : words.save}</button>
    </form>
  );
}

/** How old what readers get is: by a follower's own word, for replication may be behind. */
function content({ reading }: ShownMaterialized): string {
  if (reading === null) return words.noFollowerCanBe;
  const { follower, content: found } = reading;
  if (found === null) return words.theFollowerHasNot(follower);
  return words.asHasItNow(follower, found.version, age(found.refreshedAt), formatTime(found.refreshedAt));
}

function indexWords({ indexColumns, rowCount }: ShownMaterialized): string {
  if (indexColumns !== null) {
    return words.itIsRefreshedWhile(indexColumns.join(", "));
  }
  const why =
    (rowCount ?? 0) > MOST_SEARCHED_ROWS
      ? words.amongMoreThanRows(MOST_SEARCHED_ROWS.toLocaleString("en"))
      : words.noColumnAndNo;
  return words.readersWaitWhileIt(why);
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
  if (next === undefined) return words.itIsRefreshedBy;
  return words.itIsRefreshedByThe(materialized.cron!, materialized.timeZone!, formatTime(next));
}
