import type { Child } from "hono/jsx";
import { countOf } from "./formats.ts";

export const words = {
  deletedClips: "Deleted clips",
  clips: "Clips",
  yourFavourites: "Your favourites",
  allClips: "All clips",
  pages: "Pages",
  previous: "Previous",
  newer: "Newer",
  pageOf: (page: Child, pages: Child) => (
    <>
      Page {page} of {pages}
    </>
  ),
  next: "Next",
  older: "Older",
  allFavourites: (total: Child) => <>All {total} favourites</>,
  kind: (favourites: boolean) => (favourites ? "favourite" : "clip"),
  match: (total: number, kind: string) => `${countOf(total, kind)} ${total === 1 ? "matches" : "match"}`,
  thereIsNoClip: "There is no clip on this page.",
  nothingMatchesShowAll: (search: Child, all: string) => (
    <>
      Nothing matches “{search}”. <a href={all}>Show all</a>
    </>
  ),
  noClipIsDeleted: "No clip is deleted.",
  youHaveNoFavourites: "You have no favourites yet: the star ☆ on a clip’s page, or in the list, makes it one.",
  thereAreNoClips: "There are no clips yet that you may see.",
  thereAreNoClipsYet: () => (
    <>
      There are no clips yet. A clip is a saved query with a link: <a href="/clips/new">make the first one</a>.
    </>
  ),
};
