export const words = {
  signIn: "Sign in",
  enterYourCode: "Enter your code",
  signInAgain: "Sign in again",
  code: "Code",
  theSixDigitsThat:
    "The six digits that your authenticator app shows, or one of your backup codes. Who has lost both asks an administrator for a link that signs them in.",
  signInAsSomebody: "Sign in as somebody else",
};
