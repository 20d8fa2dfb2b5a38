import type { Completion } from "@codemirror/autocomplete";
import type { FunctionFacts, RelationFacts, SchemaFacts } from "../../src/databases/read-schema.ts";
import { words } from "../english/browser/schema-index.ts";
import { applyCall } from "./apply-call.ts";
import type { FindColumns, ScopeColumn } from "./sql-sources.ts";
import { BUILT_IN_FUNCTIONS, RESERVED } from "./sql-words.ts";

/** What of a database's schema is completed, made once when it has been fetched. */
export interface SchemaIndex {
  /** What it was made of. */
  schemaFacts: readonly SchemaFacts[];
  findColumns: FindColumns;
  /** Tables and views: those of `public` by their name, others with their schema. */
  relations: readonly Completion[];
  /** Functions of the database, and PostgreSQL's own. */
  functions: readonly Completion[];
  schemas: readonly Completion[];
  /** What is in one schema, by its name alone; undefined if there is no such schema. */
  inSchema: (name: string) => readonly Completion[] | undefined;
  /** All columns, for a SELECT whose FROM is not written yet; none where there are too many to be of use. */
  columns: readonly Completion[];
}

/** Names in it need no schema: PostgreSQL's own search_path. */
const DEFAULT_SCHEMA = "public";
/** More columns than this help nobody to find one. */
const FEW_COLUMNS = 2_000;

/** Makes a schema's completions. Ten thousand tables take some 20 ms. */
export function indexSchema(schemas: readonly SchemaFacts[]): SchemaIndex {
  const bySchema = new Map(
    schemas.map(({ name, relations }) => [name, new Map(relations.map((relation) => [relation.name, relation]))]),
  );
  const facts = new Map(schemas.map((schema) => [schema.name, schema]));
  const findColumns: FindColumns = (path) => {
    const [schema, relation] = path.length === 1 ? [DEFAULT_SCHEMA, path[0]!] : path.slice(-2);
    return bySchema.get(schema!)?.get(relation!)?.columns;
  };
  return {
    schemaFacts: schemas,
    findColumns,
    relations: schemas.flatMap(({ name, relations }) => relations.map((each) => relationCompletion(each, name))),
    functions: [
      ...schemas.flatMap(({ name, functions }) => functionCompletions(functions, name)),
      ...BUILT_IN_FUNCTIONS.map(([name, takes]) => builtIn(name, takes)),
    ],
    schemas: schemas.map(({ name, comment }) => ({
      ...nameCompletion(name, "namespace", words.schema),
      ...info(comment),
    })),
    inSchema: (name) => {
      const schema = facts.get(name);
      return (
        schema && [
          ...schema.relations.map((relation) => relationCompletion(relation)),
          ...functionCompletions(schema.functions),
        ]
      );
    },
    columns: allColumns(schemas),
  };
}

/** A schema of which nothing is known yet, or that cannot be had. */
export const EMPTY_INDEX: SchemaIndex = indexSchema([]);

/** @param qualifier put before the name, where the name alone could be another column */
export function columnCompletion({ name, type, comment }: ScopeColumn, qualifier?: string): Completion {
  return { ...nameCompletion(name, "property", type, qualifier), ...info(comment) };
}

/** A name as SQL needs it: in quotes where it is not all small letters, or is a reserved word. */
function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A table's name as SQL needs it: with its schema, unless that is where names are looked for anyway; or a column's. */
export function quotePath(schema: string | undefined, name: string): string {
  return schema === undefined || schema === DEFAULT_SCHEMA
    ? quoteName(name)
    : `${quoteName(schema)}.${quoteName(name)}`;
}

/** A completion of a name; a qualifier is written before it. */
export function nameCompletion(name: string, type: string, detail?: string, qualifier?: string): Completion {
  const label = qualifier === undefined ? name : `${qualifier}.${name}`;
  const written = qualifier === undefined ? quoteName(name) : `${quoteName(qualifier)}.${quoteName(name)}`;
  return { label, type, ...(detail === undefined ? {} : { detail }), ...(written === label ? {} : { apply: written }) };
}

function info(comment: string | null | undefined): { info?: string } {
  return comment ? { info: comment } : {};
}

function relationCompletion({ name, kind, comment, rows }: RelationFacts, schema?: string): Completion {
  const type = kind.endsWith("view") ? "interface" : "class";
  return { ...nameCompletion(name, type, words.relation(kind, rows), qualifierOf(schema)), ...info(comment) };
}

/** One completion for all functions of a name, with what each of them takes and does. */
function functionCompletions(functions: readonly FunctionFacts[], schema?: string): Completion[] {
  return [...Map.groupBy(functions, ({ name }) => name)].map(([name, overloads]) => {
    const helper = overloads.some((each) => each.helper);
    const [first] = overloads as [FunctionFacts];
    const completion = nameCompletion(name, helper ? "helper" : "function", undefined, qualifierOf(schema));
    const said = overloads.map((each) =>
      [`${each.name}(${each.arguments}) → ${each.result}`, each.comment].filter(Boolean).join("\n"),
    );
    return {
      ...completion,
      detail: words.functions(overloads.length, first.result, helper),
      info: said.join("\n\n"),
      apply: applyCall(
        String(completion.apply ?? completion.label),
        overloads.some((each) => each.arguments !== ""),
      ),
      boost: helper ? 10 : 5,
    };
  });
}

function builtIn(name: string, takes: string): Completion {
  return { label: name, type: "function", detail: `(${takes})`, apply: applyCall(name, takes !== "") };
}

function qualifierOf(schema: string | undefined): string | undefined {
  return schema === DEFAULT_SCHEMA ? undefined : schema;
}

function allColumns(schemas: readonly SchemaFacts[]): Completion[] {
  const relations = schemas.flatMap((schema) => schema.relations);
  if (relations.reduce((sum, { columns }) => sum + columns.length, 0) > FEW_COLUMNS) return [];
  const owners = new Map<string, string[]>();
  for (const { name, columns } of relations) {
    for (const column of columns) owners.set(column.name, [...(owners.get(column.name) ?? []), name]);
  }
  return [...owners].map(([name, tables]) => nameCompletion(name, "property", words.columnOf(tables)));
}
