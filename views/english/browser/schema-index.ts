export const words = {
  rows: (kind: string | number, format: string | number) => `${kind}, ${format} rows`,
  forms: (count: string | number) => `${count} forms`,
  inTables: (count: string | number) => `in ${count} tables`,
  in: (tables: string | number) => `in ${tables}`,
};
