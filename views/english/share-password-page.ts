export const words = {
  password: "Password",
  asksForPassword: "This link asks for a password",
  whoKnowsIt: "Whoever gave you the link knows it.",
  open: "Open",
};
