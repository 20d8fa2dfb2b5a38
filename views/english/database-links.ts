export const words = {
  tablesAndFunctions: "Tables and functions",
  helperFunctions: "Helper functions",
  linksToOtherDatabases: "Links to other databases",
};
