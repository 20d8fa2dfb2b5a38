import type { Clip } from "../src/clips/clips.ts";
import { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { ShownMaterialized } from "../src/materialized/show-materialized.ts";
import { MOST_SEARCHED_ROWS } from "../src/materialized/unique-index.ts";
import { viewNameOf } from "../src/materialized/view-name.ts";
import { nextRefreshes } from "../src/schedules/next-refreshes.ts";
import { words } from "./english/materialized-section.tsx";
import { ErrorMessage } from "./error-message.tsx";

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
          <summary>{words.keepContent}</summary>
          <p class="note">{words.whatItDoes(viewNameOf(clip.title, clip.id))}</p>
          <WishForm path={path} wish={null} name={viewNameOf(clip.title, clip.id)} />
        </details>
      </section>
    ) : null;
  }
  const { name, error, version, failedAt } = materialized;
  return (
    <section id="materialized">
      <h2>{words.materialized}</h2>
      <p class="facts">{words.readAs(materialized)}</p>
      {version !== null && (
        <p class="facts">{words.lastRefresh(materialized, nextRefreshes(materialized)[0], MOST_SEARCHED_ROWS)}</p>
      )}
      {version !== null && version !== clip.version && <p class="warning">{words.ofVersion(version, clip.version)}</p>}
      {error !== null && (
        <>
          <p class="facts">{words.lastTryFailed(failedAt)}</p>
          <ErrorMessage error={new AppError(error.code, error.message, error)} sql={clip.sql} />
        </>
      )}
      {mayManage && (
        <>
          <div class="actions">
            <form method="post" action={`${path}/materialized/refresh`}>
              <button>{words.refresh}</button>
            </form>
            <form method="post" action={`${path}/materialized/remove`}>
              <button>{words.remove}</button>
            </form>
          </div>
          <details>
            <summary>{words.scheduleAndColumns}</summary>
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
          {words.name}
          <input name="name" value={name} maxlength={63} pattern="[a-z_][a-z0-9_]*" required spellcheck={false} />
        </label>
      )}
      <label>
        {words.uniqueColumns}
        <input name="unique_columns" value={wish?.uniqueColumns?.join(", ") ?? ""} spellcheck={false} />
      </label>
      <label>
        {words.cron}
        <input name="cron" value={wish?.cron ?? ""} placeholder="0 5 * * *" maxlength={200} spellcheck={false} />
      </label>
      <label>
        {words.timeZone}
        <input name="time_zone" value={wish?.timeZone ?? ""} placeholder={words.exampleZone} maxlength={200} />
      </label>
      <button>{wish === null ? words.materialize : words.save}</button>
    </form>
  );
}
