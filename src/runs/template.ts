import { AppError } from "../errors.ts";
import { readSqlToken, type SqlToken } from "./sql-lexer.ts";
import { positionOfUnit, unitOfPosition } from "./sql-position.ts";
import { checkSqlText } from "./sql-text.ts";

export { MAX_SQL_BYTES } from "./sql-text.ts";

/** A clip may have this many parameters. PostgreSQL would take 65,535; no form is filled in that far. */
export const MAX_PARAMETERS = 100;

/** A parameter of a clip: its name, and its value when a run gives none (`null`: a value must be given). */
interface TemplateParameter {
  name: string;
  default: string | null;
}

/** A clip's SQL, ready for PostgreSQL's extended protocol: see {@link compileTemplate}. */
export interface Template {
  /**
   * SQL text for PostgreSQL, with $1, $2 … in place of {{…}}; the same name is the same number at every place.
   * Comments are blank in it: libpg-query reads `NOT (comment) BETWEEN` and strings that go on behind a comment
   * otherwise than PostgreSQL does, and what is checked must be what runs.
   */
  text: string;
  /** in order of $n */
  parameters: TemplateParameter[];
  /** maps a 1-based character (code point) position in `text`, as PostgreSQL reports it, to one in the author's SQL */
  toSourcePosition(position: number): number;
}

// The options of a clip's own URL, which share the query string with its parameters.
const RESERVED_NAMES = new Set(
  "as_of bom delimiter escape_formulas format next numbers refresh result rows version wait".split(" "),
);
const RESERVED_PREFIXES = ["_", "utm_"];

const SPACES = "[ \\t\\n\\r\\f\\v]*";
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
// Inside of quotes only what can be nothing but a parameter counts: '{{1,2},{3,4}}' and {"a":{"b":1}} are values.
const PARAMETER_IN_QUOTES = new RegExp(`\\{\\{${SPACES}([A-Za-z][A-Za-z0-9_]{0,62})${SPACES}(?::[^{}]*)?\\}\\}`);

/** A stretch of the compiled text and where it came from, in UTF-16 offsets. */
interface Piece {
  textStart: number;
  sourceStart: number;
  /** false: the whole stretch stands for the one place in the source, as `$1` does for `{{name}}` */
  verbatim: boolean;
}

interface Found extends TemplateParameter {
  number: number;
}

/**
 * Turns a clip's SQL, in which `{{name}}` and `{{name:default}}` are parameters, into SQL with `$1`, `$2` … Values
 * are then bound by the protocol, never pasted. Comments become blanks, whatever is in them. A parameter in a string
 * literal or a quoted identifier is an error, as is a `$1` of the author's own. What PostgreSQL cannot read (a string
 * without an end …) passes unchanged, for PostgreSQL's own message. Throws {@link AppError} `invalid_request`
 * (with a position in `sql`) or, above {@link MAX_SQL_BYTES}, `request_too_large`.
 */
export function compileTemplate(sql: string): Template {
  checkSqlText(sql);
  const found = new Map<string, Found>();
  const pieces: Piece[] = [];
  let text = "";
  let behindString = false;
  const add = (part: string, sourceStart: number, verbatim: boolean): void => {
    pieces.push({ textStart: text.length, sourceStart, verbatim });
    text += part;
  };

  for (let at = 0; at < sql.length;) {
    const token = readSqlToken(sql, at);
    let { end } = token;
    if (token.kind === "braces") {
      const parameter = readParameter(sql, at);
      end = parameter.end;
      const placeholder = `$${numberOf(found, parameter, sql, at)}`;
      // Without these spaces, 1{{a}} would read as the one token 1$1, and {{a}}b as $1b.
      const before = pieces.at(-1)?.verbatim === false || isWordCharacter(sql[at - 1]) ? " " : "";
      const after = isWordCharacter(sql[end]) ? " " : "";
      add(before + placeholder + after, at, false);
    } else {
      const written = withoutComments(sql, token, behindString);
      checkToken(sql, token, written);
      add(written, at, true);
    }
    if (token.kind !== "comment" && sql.slice(at, end).trim() !== "") behindString = token.kind === "string";
    at = end;
  }

  const parameters = [...found.values()].map(({ name, default: value }) => ({ name, default: value }));
  return { text, parameters, toSourcePosition: (position) => sourcePosition(sql, text, pieces, position) };
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9_$\u0080-\uffff]/.test(character);
}

/** Reads the parameter whose `{{` stands at `start`. */
function readParameter(sql: string, start: number): TemplateParameter & { end: number } {
  const closing = sql.indexOf("}}", start + 2);
  const inner = closing < 0 ? "" : sql.slice(start + 2, closing);
  if (closing < 0 || inner.includes("{{")) {
    throw fault(sql, start, "A parameter is opened with {{ but not closed.", "Write {{name}} or {{name:default}}.");
  }
  const colon = inner.indexOf(":");
  const name = (colon < 0 ? inner : inner.slice(0, colon)).trim();
  const value = colon < 0 ? null : inner.slice(colon + 1).trim();
  if (RESERVED_NAMES.has(name.toLowerCase()) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    throw fault(
      sql,
      start,
      `A parameter cannot be named ${name}: that name is kept for the clip's URL.`,
      "Choose another name.",
    );
  }
  if (!NAME.test(name)) {
    throw fault(
      sql,
      start,
      name === "" ? "A parameter has no name." : `"${name.slice(0, 80)}" cannot be the name of a parameter.`,
      "A name is a letter, then up to 62 letters, digits or underscores (A-Z, a-z, 0-9, _): {{name}} or {{name:default}}.",
    );
  }
  if (value?.startsWith(":")) {
    throw fault(
      sql,
      start,
      `The type of ${name} stands inside of the braces.`,
      `Write it behind them: {{${name}}}${inner.slice(colon).trim()}.`,
    );
  }
  return { name, default: value, end: closing + 2 };
}

/** The number of the parameter, which is entered in `found` if it is new. */
function numberOf(found: Map<string, Found>, parameter: TemplateParameter, sql: string, start: number): number {
  const known = found.get(parameter.name);
  if (known === undefined) {
    const number = found.size + 1;
    if (number > MAX_PARAMETERS) {
      throw fault(
        sql,
        start,
        `A clip may have ${MAX_PARAMETERS} parameters; this is one more.`,
        "Use fewer parameters.",
      );
    }
    found.set(parameter.name, { name: parameter.name, default: parameter.default, number });
    return number;
  }
  if (parameter.default !== null && known.default !== null && parameter.default !== known.default) {
    throw fault(
      sql,
      start,
      `The parameter ${parameter.name} has two defaults: "${known.default}" before, "${parameter.default}" here.`,
      "Give the default at one place; it holds at all.",
    );
  }
  known.default ??= parameter.default;
  return known.number;
}

/**
 * The token as PostgreSQL gets it: comments are blank, of the same length, line breaks kept. A block comment behind a
 * string stays: were it blank, a string on the next line would continue the first.
 */
function withoutComments(sql: string, token: SqlToken, behindString: boolean): string {
  const written = sql.slice(token.start, token.end);
  if (!token.terminated) return written;
  if (token.kind === "comment") return behindString && written.startsWith("/*") ? written : blank(written);
  let result = "";
  let from = token.start;
  for (const gap of token.gaps) {
    result += sql.slice(from, gap.start) + blank(sql.slice(gap.start, gap.end));
    from = gap.end;
  }
  return result + sql.slice(from, token.end);
}

function blank(text: string): string {
  return text.replaceAll(/[^\n\r]/g, " ");
}

/** Refuses parameters within quotes, and positional parameters. */
function checkToken(sql: string, token: SqlToken, written: string): void {
  if (token.kind === "positional") {
    throw fault(sql, token.start, `${written} cannot be used in a clip.`, "Name the parameter instead: {{name}}.");
  }
  if ((token.kind !== "string" && token.kind !== "quoted_identifier") || !token.terminated) return;
  const match = PARAMETER_IN_QUOTES.exec(written);
  if (match === null) return;
  const name = match[1] ?? "";
  const where = token.kind === "string" ? "a string" : "a quoted identifier";
  const hint =
    token.kind === "string"
      ? `Write {{${name}}} without quotes: its value is sent to PostgreSQL separately, never pasted into the SQL. ` +
        "If the braces belong to the string, put a space between them: { {."
      : "A parameter is a value; it cannot be the name of a table or a column.";
  throw fault(sql, token.start + match.index, `The parameter {{${name}}} stands inside ${where}.`, hint);
}

function sourcePosition(sql: string, text: string, pieces: Piece[], position: number): number {
  const unit = unitOfPosition(text, position);
  if (unit >= text.length) return positionOfUnit(sql, sql.length);
  const piece = pieces.findLast((candidate) => candidate.textStart <= unit);
  if (piece === undefined) return position;
  return positionOfUnit(sql, piece.sourceStart + (piece.verbatim ? unit - piece.textStart : 0));
}

function fault(sql: string, unit: number, message: string, hint: string): AppError {
  return new AppError("invalid_request", message, { hint, position: positionOfUnit(sql, unit) });
}
