export const words = {
  wordsTableOrdersTag: "Words, table:orders, tag:sales",
  search: "Search",
  sortBy: "Sort by",
  whatCanBeSearched: "What can be searched for",
  wordsAreLookedFor: () => (
    <>
      Words are looked for in titles, descriptions, SQL and tags; all of them have to be there. <code>"two words"</code>{" "}
      stand together. <code>table:orders</code> or <code>table:public.orders</code>: clips whose query reads the table.{" "}
      <code>tag:sales</code>, <code>database:shop</code>, <code>by:ada</code>: who made it.
    </>
  ),
  favouritesOnly: "★ Favourites only",
  notOnlyFavourites: "★ Not only favourites",
  tagsThatAreChosen: "Tags that are chosen",
  doNotLookFor: (tag: string | number) => `Do not look for the tag ${tag}`,
  allTags: "All tags",
  lastChanged: "last changed",
  mostRecentlyRun: "most recently run",
};
