export const words = {
  password: "Password",
  thisLinkAsksFor: "This link asks for a password",
  whoeverGaveYouThe: "Whoever gave you the link knows it.",
  open: "Open",
};
