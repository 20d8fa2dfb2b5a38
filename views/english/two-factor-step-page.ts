export const words = {
  title: "Sign in",
  enterCode: "Enter your code",
  signInAgain: "Sign in again",
  code: "Code",
  whichCode:
    "The six digits that your authenticator app shows, or one of your backup codes. Who has lost both asks an administrator for a link that signs them in.",
  signIn: "Sign in",
  asSomebodyElse: "Sign in as somebody else",
};
