export const words = {
  example: "Words, table:orders, tag:sales",
  search: "Search",
  sortBy: "Sort by",
  helpTitle: "What can be searched for",
  help: () => (
    <>
      Words are looked for in titles, descriptions, SQL and tags; all of them have to be there. <code>"two words"</code>{" "}
      stand together. <code>table:orders</code> or <code>table:public.orders</code>: clips whose query reads the table.{" "}
      <code>tag:sales</code>, <code>database:shop</code>, <code>by:ada</code>: who made it.
    </>
  ),
  favouritesOnly: "★ Favourites only",
  notFavouritesOnly: "★ Not only favourites",
  chosenTags: "Tags that are chosen",
  removeTag: (tag: string) => `Do not look for the tag ${tag}`,
  allTags: "All tags",
  orders: { changed: "last changed", title: "title", run: "most recently run" },
};
