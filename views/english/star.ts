export const words = {
  removeFromYourFavourites: (title: string | number) => `Remove ${title} from your favourites`,
  addToYourFavourites: (title: string | number) => `Add ${title} to your favourites`,
  oneOfYourFavourites: "One of your favourites",
  addToYourFavourites2: "Add to your favourites",
};
