export const words = {
  tags: "Tags",
};
