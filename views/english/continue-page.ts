export const words = {
  title: "Sign in",
  heading: (provider: string) => `On to ${provider}`,
  continue: "Continue",
};
