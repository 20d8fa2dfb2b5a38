export const words = {
  email: "Email",
  name: "Name",
  emptyName: "Left empty, it is the part of the address before the @.",
  password: "Password",
  ofLength: (min: number) => `${min} characters or more.`,
};
