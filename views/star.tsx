import { words } from "./english/star.ts";

interface StarProps {
  /** The clip's address, or its slug's. */
  path: string;
  title: string;
  isFavourite: boolean;
  /** The page to come back to. */
  next: string;
}

/** The button that makes a clip one of one's favourites, or takes it back; for people alone. */
export function Star({ path, title, isFavourite, next }: StarProps) {
  const label = isFavourite ? words.remove(title) : words.add(title);
  return (
    <form class="star" method="post" action={`${path}/${isFavourite ? "unfavourite" : "favourite"}`}>
      <input type="hidden" name="next" value={next} />
      <button class="plain" aria-label={label} title={isFavourite ? words.isFavourite : words.isNone}>
        {isFavourite ? "★" : "☆"}
      </button>
    </form>
  );
}
