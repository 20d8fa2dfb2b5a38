export const words = {
  headings: ["Column", "Values", "NULL", "Distinct", "Least", "Greatest", "Distribution", "Most often"],
  columns: "Columns",
  bins: (counts: readonly number[]) => `In ten parts from the least to the greatest: ${counts.join(", ")}`,
};
