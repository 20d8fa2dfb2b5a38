/** What is done with a recipe, where that is not plain. */
const notes: Readonly<Record<string, string>> = {
  "Google Sheets": "In a cell; Sheets asks again every hour.",
  Excel: "Data → Get Data → Blank Query → Advanced Editor.",
  psql: "Into a table that is there, with the same columns.",
};

export const words = {
  for: (programs: string) => `For ${programs}`,
  notes,
  recipeFor: (program: string) => `recipe for ${program}`,
};
