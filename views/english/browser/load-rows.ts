export const words = {
  answered: (status: number) => `The server answered ${status}.`,
};
