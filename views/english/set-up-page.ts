export const words = {
  title: "Set up",
  welcome: "Welcome to Dataclips",
  signIn: "Sign in",
  firstAccount: "Make your account. It is the first one, and an administrator's: you can invite others from it.",
  makeAccount: "Make the account",
};
