export const words = {
  setUp: "Set up",
  welcomeToDataclips: "Welcome to Dataclips",
  signIn: "Sign in",
  makeYourAccountIt: "Make your account. It is the first one, and an administrator's: you can invite others from it.",
  makeTheAccount: "Make the account",
};
