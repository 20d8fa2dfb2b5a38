import { words } from "./english/tags.ts";
/** A clip's tags, each a link to the clips that have it. */
export function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  return (
    <ul class="tags" aria-label={words.tags}>
      {tags.map((tag) => (
        <li>
          <a href={tagAddress(tag)}>{tag}</a>
        </li>
      ))}
    </ul>
  );
}

/** The list of the clips that have a tag. */
export function tagAddress(tag: string): string {
  return `/?${new URLSearchParams({ tag })}`;
}
