export const words = {
  title: (programs: readonly string[]) => `For ${programs.join(", ")}`,
  /** What is done with a recipe, where that is not plain. */
  notes: {
    "Google Sheets": "In a cell; Sheets asks again every hour.",
    Excel: "Data → Get Data → Blank Query → Advanced Editor.",
    psql: "Into a table that is there, with the same columns.",
  } as Readonly<Record<string, string>>,
  recipeFor: (program: string) => `recipe for ${program}`,
};
