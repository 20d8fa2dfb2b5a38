export const words = {
  signIn: "Sign in",
  youAreNotSigned: "You are not signed in",
  backToSigningIn: "Back to signing in",
};
