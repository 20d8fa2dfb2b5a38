export const words = {
  table: "Table",
  description: "Description",
};
