export const words = {
  title: "Sign in",
  onTo: (provider: string) => `On to ${provider}`,
  continue: "Continue",
};
