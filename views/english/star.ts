export const words = {
  add: (title: string) => `Add ${title} to your favourites`,
  remove: (title: string) => `Remove ${title} from your favourites`,
  isFavourite: "One of your favourites",
  isNone: "Add to your favourites",
};
