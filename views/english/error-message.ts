export const words = {
  place: (line: number, column: number) => `Line ${line}, column ${column}:`,
};
