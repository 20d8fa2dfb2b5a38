export const words = {
  theServerAnswered: (status: string | number) => `The server answered ${status}.`,
};
