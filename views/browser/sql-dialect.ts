import { PostgreSQL, SQLDialect } from "@codemirror/lang-sql";
import { KEYWORDS, RESERVED, TYPES } from "./sql-words.ts";

/**
 * PostgreSQL's SQL, for colours. With the keywords of queries only: among lang-sql's 800 are id, name, day and count,
 * which are columns and functions here.
 */
export const SQL: SQLDialect = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: [...new Set([...KEYWORDS, ...RESERVED])].join(" "),
  types: TYPES.join(" "),
  builtin: "",
});
