import type { Database } from "../databases/databases.ts";
import { AppError } from "../errors.ts";
import { type CheckedSql, checkSql } from "../runs/check-sql.ts";
import { describeParameters } from "../runs/describe.ts";
import { explainError } from "../runs/explain-error.ts";
import { checkReadOnly } from "../runs/gate.ts";
import { readSqlToken } from "../runs/sql-lexer.ts";
import { parseSql } from "../runs/sql-parser.ts";
import { positionOfUnit, unitOfByte, unitOfPosition } from "../runs/sql-position.ts";

/** A stretch of text and where it came from, in UTF-16 units. */
interface Piece {
  start: number;
  from: number;
  /** Whether the whole stretch stands for the one place that it came from. */
  literal: boolean;
}

/**
 * A clip's SQL as a view can be made of it: one SELECT, VALUES or TABLE without parameters and without a semicolon, as
 * the gate let it through. What is not a parameter's default is as the clip has it.
 * @throws AppError of the template and the gate; invalid_request for EXPLAIN, and for a parameter without a default
 */
export async function viewSql(database: Database, clipSql: string): Promise<CheckedSql> {
  const template = checkSql(clipSql);
  const open = template.parameters.filter((parameter) => parameter.default === null);
  if (open.length > 0) {
    const names = open.map(({ name }) => `{{${name}}}`).join(", ");
    throw new AppError("invalid_request", `A materialized clip has one content, so nobody gives a value to ${names}.`, {
      hint: `Write a default behind a colon, such as {{${open[0]!.name}:7}}, or leave the parameter out.`,
    });
  }
  const types = template.parameters.length === 0 ? [] : await describeParameters(database, template);
  const filled = fillIn(
    template.text,
    template.parameters.map((parameter, index) => literal(parameter.default ?? "", types[index]!.type)),
  );
  const toSourcePosition = (position: number): number => template.toSourcePosition(filled.toTemplatePosition(position));
  try {
    // What is checked is what the primary gets, with the defaults in it.
    const names = checkReadOnly(filled.text);
    const { start, end } = onlyStatement(filled.text);
    const text = filled.text.slice(start, end);
    const skipped = positionOfUnit(filled.text, start) - 1;
    const bytes = Buffer.byteLength(filled.text.slice(0, start));
    return {
      text,
      parameters: [],
      names: names.map((name) => ({ ...name, byte: name.byte === undefined ? undefined : name.byte - bytes })),
      toSourcePosition: (position) => toSourcePosition(position + skipped),
    };
  } catch (error) {
    throw explainError(error, { text: filled.text, parameters: [], toSourcePosition });
  }
}

/** Where the one statement stands that there is: a semicolon behind it does not belong to it. */
function onlyStatement(text: string): { start: number; end: number } {
  const [statement] = parseSql(text);
  if (statement === undefined || !("SelectStmt" in statement.stmt)) {
    throw new AppError("invalid_request", "What EXPLAIN says cannot be materialized.", {
      hint: "Remove EXPLAIN and its options: a materialized clip is a SELECT, VALUES or TABLE statement.",
    });
  }
  const { stmt_location: location = 0, stmt_len: length } = statement;
  return {
    start: unitOfByte(text, location),
    end: length === undefined ? text.length : unitOfByte(text, location + length),
  };
}

/** Puts a text in place of each $1, $2 …, which are the template's only: an author's own are refused. */
function fillIn(
  text: string,
  literals: readonly string[],
): { text: string; toTemplatePosition(position: number): number } {
  const pieces: Piece[] = [];
  let filled = "";
  for (let at = 0; at < text.length;) {
    const token = readSqlToken(text, at);
    const isParameter = token.kind === "positional";
    const written = text.slice(token.start, token.end);
    pieces.push({ start: filled.length, from: at, literal: isParameter });
    filled += isParameter ? literals[Number(written.slice(1)) - 1]! : written;
    at = token.end;
  }
  return {
    text: filled,
    toTemplatePosition(position) {
      const unit = unitOfPosition(filled, position);
      const piece = pieces.findLast(({ start }) => start <= unit);
      if (piece === undefined) return position;
      return positionOfUnit(text, piece.from + (piece.literal ? 0 : unit - piece.start));
    },
  };
}

/**
 * A value as SQL. The template and the gate have standard_conforming_strings on, and so have the sessions that get it:
 * a backslash is a character like any other.
 * @param type as format_type writes it, which is how SQL reads it
 */
function literal(value: string, type: string | null): string {
  if (value.includes("\0") || type === null)
    throw new AppError("invalid_request", "A parameter's default cannot be read.");
  return `(CAST('${value.replaceAll("'", "''")}' AS ${type}))`;
}
