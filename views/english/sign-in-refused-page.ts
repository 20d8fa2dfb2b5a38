export const words = {
  title: "Sign in",
  notSignedIn: "You are not signed in",
  back: "Back to signing in",
};
