import { countOf } from "./formats.ts";

export const words = {
  deleted: "Deleted clips",
  clips: "Clips",
  yourFavourites: "Your favourites",
  allClips: "All clips",
  pages: "Pages",
  /** The way back and the way on, in a list by title and in one by time. */
  back: (isByTitle: boolean) => (isByTitle ? "Previous" : "Newer"),
  on: (isByTitle: boolean) => (isByTitle ? "Next" : "Older"),
  place: (page: number, pages: number) => `Page ${page} of ${pages}`,
  allFavourites: (total: number) => `All ${total} favourites`,
  count: (total: number, areFavourites: boolean) => countOf(total, areFavourites ? "favourite" : "clip"),
  matching: (total: number, areFavourites: boolean) =>
    `${countOf(total, areFavourites ? "favourite" : "clip")} ${total === 1 ? "matches" : "match"}`,
  emptyPage: "There is no clip on this page.",
  nothingMatches: (search: string, all: string) => (
    <>
      Nothing matches “{search}”. <a href={all}>Show all</a>
    </>
  ),
  noneDeleted: "No clip is deleted.",
  noFavourites: "You have no favourites yet: the star ☆ on a clip’s page, or in the list, makes it one.",
  noneYet: "There are no clips yet that you may see.",
  makeTheFirst: (href: string) => (
    <>
      There are no clips yet. A clip is a saved query with a link: <a href={href}>make the first one</a>.
    </>
  ),
};
