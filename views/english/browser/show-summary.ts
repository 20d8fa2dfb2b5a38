export const words = {
  column: "Column",
  values: "Values",
  distinct: "Distinct",
  least: "Least",
  greatest: "Greatest",
  distribution: "Distribution",
  mostOften: "Most often",
  columns: "Columns",
  inTenPartsFrom: (bins: string | number) => `In ten parts from the least to the greatest: ${bins}`,
};
