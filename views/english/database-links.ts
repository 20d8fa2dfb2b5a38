export const words = {
  schema: "Tables and functions",
  helpers: "Helper functions",
  links: "Links to other databases",
};
