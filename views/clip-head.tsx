import type { Clip } from "../src/clips/clips.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import { mayDo, mayWriteOn } from "../src/people/permissions.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import type { ShownSchedule } from "../src/schedules/show-schedule.ts";
import { ExplainLink } from "./explain-page.tsx";
import { FoldedMarkdown } from "./markdown.tsx";
import { RefreshRule } from "./refresh-rule.tsx";
import { Star } from "./star.tsx";
import { Tags } from "./tags.tsx";
import { words } from "./english/clip-head.tsx";

interface ClipHeadProps {
  access: Access;
  nameOf: NameOf;
  clip: Clip;
  /** The version that is shown. */
  version: number;
  schedule: ShownSchedule | null;
  /** Whether it is one of the reader's favourites; null for who can have none. */
  isFavourite: boolean | null;
  /** The clip's address. */
  path: string;
  /** Of the parameters that are shown. */
  values: ParameterValues;
}

/** The beginning of a clip's page: what the clip is, whose, and what can be done with it. */
export function ClipHead({ access, nameOf, clip, version, schedule, isFavourite, path, values }: ClipHeadProps) {
  return (
    <>
      <div class="titled">
        <h1>{clip.title}</h1>
        {isFavourite !== null && <Star path={path} title={words.thisClip} isFavourite={isFavourite} next={path} />}
      </div>
      <Tags tags={clip.tags} />
      {clip.description !== "" && <FoldedMarkdown text={clip.description} />}
      <p class="facts">
        {words.facts(clip, version, nameOf(clip.createdBy), {
          versions: `${path}/versions`,
          results: `${path}/results`,
          audit: mayDo(access, "audit.read") ? `/audit?clip=${clip.slug}` : null,
        })}
      </p>
      <RefreshRule clip={clip} schedule={schedule} />
      <div class="actions">
        {mayWriteOn(access, clip.database, clip.teamId) && (
          <a class="button" href={`${path}/edit`}>
            {words.edit}
          </a>
        )}
        {mayDo(access, "sql.run") && <ExplainLink clip={clip} version={version} path={path} values={values} />}
        {mayDo(access, "clips.fork") && mayWriteOn(access, clip.database) && (
          <form method="post" action={`${path}/fork`}>
            <button>{words.fork}</button>
          </form>
        )}
      </div>
    </>
  );
}
