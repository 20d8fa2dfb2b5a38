import type { Clip } from "../src/clips/clips.ts";
import type { Share } from "../src/clips/shares.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { TableOfClip } from "../src/clips/tables-of-clip.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayDo, mayUseDatabase, mayWriteOn } from "../src/people/permissions.ts";
import type { PagePreview } from "../src/routes/await-preview.ts";
import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import type { ShownMaterialized } from "../src/materialized/show-materialized.ts";
import type { ShownSchedule } from "../src/schedules/show-schedule.ts";
import { ClipHead } from "./clip-head.tsx";
import { ClipResult } from "./clip-result.tsx";
import { ClipShares } from "./clip-shares.tsx";
import { ClipSql } from "./clip-sql.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { MaterializedSection } from "./materialized-section.tsx";
import { ParameterForm } from "./parameter-form.tsx";
import { RunningPanel, RunningRefresh } from "./running-panel.tsx";
import { words } from "./english/clip-page.ts";

interface ClipPageProps {
  access: Access;
  nameOf: NameOf;
  clip: Clip;
  /** The version that is shown, and its SQL. */
  version: number;
  sql: string;
  /** Those that the SQL reads. */
  tables: readonly TableOfClip[];
  /** Whether it is one of the reader's favourites; null for who can have none. */
  isFavourite: boolean | null;
  /** The page's own address, with its query. */
  address: string;
  preview: PagePreview;
  /** The number of the result before the one shown, with the same values; null: there is none. */
  previous: number | null;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
  shares: readonly Share[];
  schedule: ShownSchedule | null;
  materialized: ShownMaterialized | null;
  /** Whether the clip's database has a primary in the configuration. */
  hasPrimary: boolean;
  /** What makes the result's table one of all its rows; without it the page works as it is. */
  script: PageScript | null;
  /** A share that was made just now, and its address: shown this once. */
  made: { id: string; url: string } | null;
}

/** A clip's page. The result stands high; below it what it is shared by, what makes it, and last what takes it away. */
export function renderClipPage({
  access,
  nameOf,
  clip,
  version,
  sql,
  tables,
  isFavourite,
  address,
  preview,
  previous,
  parameters,
  values,
  shares,
  schedule,
  materialized,
  hasPrimary,
  script,
  made,
}: ClipPageProps): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout
      title={clip.title}
      access={access}
      head={<RunningRefresh preview={preview} script={script} page={address} />}
    >
      {script && <script type="module" src={script.src} />}
      <ClipHead
        access={access}
        nameOf={nameOf}
        clip={clip}
        version={version}
        schedule={schedule}
        isFavourite={isFavourite}
        path={path}
        values={values}
      />
      <ParameterForm
        action={path}
        runAction={`${path}/run`}
        runs={`/api/clips/${clip.slug}/runs`}
        database={clip.database}
        version={version === clip.version ? null : version}
        parameters={parameters}
        values={values}
      />
      {"running" in preview ? (
        <RunningPanel
          running={preview.running}
          database={clip.database}
          page={address}
          progress={`/api/runs/${preview.running.info.id}`}
        />
      ) : (
        <ClipResult
          preview={preview}
          clip={clip}
          mayWrite={mayWriteOn(access, clip.database, clip.teamId)}
          sql={sql}
          previous={previous}
          path={path}
          tools={script !== null}
        />
      )}
      {mayDo(access, "shares.write") && <ClipShares shares={shares} preview={preview} made={made} path={path} />}
      <ClipSql
        database={clip.database}
        sql={sql}
        tables={tables}
        maySeeSchema={mayDo(access, "schema.read") && mayUseDatabase(access, clip.database)}
      />
      <MaterializedSection
        access={access}
        clip={clip}
        materialized={materialized}
        hasPrimary={hasPrimary}
        path={path}
      />
      {mayWriteOn(access, clip.database, clip.teamId) && (
        <section id="delete">
          <h2>{words.delete}</h2>
          <form method="post" action={`${path}/delete`}>
            <button>{words.delete}</button> <span class="note">{words.itsLinksStopWorking}</span>
          </form>
        </section>
      )}
    </Layout>,
  );
}
