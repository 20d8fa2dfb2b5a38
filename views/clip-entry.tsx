import type { Child } from "hono/jsx";
import type { Clip } from "../src/clips/clips.ts";
import type { Search } from "../src/clips/read-search.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import { Highlight } from "./highlight.tsx";
import { firstLine } from "./markdown-html.ts";
import { matchingLine } from "./split-matches.ts";
import { Tags } from "./tags.tsx";
import { words } from "./english/clip-entry.ts";

interface ClipEntryProps {
  clip: Clip;
  /** What was looked for: it is marked. */
  search: Search;
  /** Of a deleted clip, whether whoever looks may restore it; null: it is not deleted. */
  mayRestore: boolean | null;
  star: Child;
}

/** A clip in a list: its title, the first line of its description, where its SQL has what was looked for. */
export function ClipEntry({ clip, search, mayRestore, star }: ClipEntryProps) {
  const { words: searched } = search;
  const line = matchingLine(clip.sql, [...searched, ...search.tables.map(({ name }) => name)]);
  const description = firstLine(clip.description);
  return (
    <>
      {mayRestore !== null ? (
        <form method="post" action={`/clips/${clip.slug}/undelete`}>
          <strong>
            <Highlight text={clip.title} words={searched} />
          </strong>{" "}
          {mayRestore && <button>{words.restore}</button>}
        </form>
      ) : (
        <div class="entry">
          {star}
          <a class="title" href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>
            <Highlight text={clip.title} words={searched} />
          </a>
        </div>
      )}
      {description !== "" && (
        <p>
          <Highlight text={description} words={searched} />
        </p>
      )}
      {line !== null && (
        <p>
          <code>
            <Highlight text={line} words={[...searched, ...search.tables.map(({ name }) => name)]} />
          </code>
        </p>
      )}
      <Tags tags={clip.tags} />
      <p class="facts">{words.facts(clip)}</p>
    </>
  );
}
