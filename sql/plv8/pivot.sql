-- pivot(row_names text[], column_names text[], vals float8[]) returns table (name text, cells json)
-- pivot(row_names text[], column_names text[], vals text[]) returns table (name text, cells json)
--
-- Turns rows into columns: of values with a row's name and a column's name it makes one row a name, with a cell for every
-- column: cells ->> 'Jan'. All rows have all columns, in one order: as they first appear (where names look like numbers,
-- such as years, these come first, ascending).
-- SELECT p.name, p.cells ->> 'Jan' AS jan
--   FROM (SELECT array_agg(region ORDER BY at) r, array_agg(month ORDER BY at) m, array_agg(total ORDER BY at) t FROM sales) s,
--        dataclips.pivot(r, m, t) p;
-- row_names, column_names, vals: three lists of one length, up to 100,000 each.
-- NULL: no rows if a list is NULL. A cell without a value is null. A NULL value is left out; a NULL name is an error
--   (coalesce it).
--   Numbers of the same row and column are added up; of texts the last stays.
-- Limits: an error beyond 100,000 values, or 200,000 cells (rows times columns), or if the lists differ in length.
-- Example: SELECT * FROM dataclips.pivot(ARRAY['EU', 'US', 'EU'], ARRAY['Jan', 'Jan', 'Feb'], ARRAY[1, 2, 3]::float8[]);
--   -- EU|{"Jan":1,"Feb":3} / US|{"Jan":2,"Feb":null}

CREATE OR REPLACE FUNCTION :"schema".pivot(row_names text[], column_names text[], vals float8[]) RETURNS TABLE(name text, cells json)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (row_names.length > 100000) throw new Error(`pivot: at most 100,000 values, these are ${row_names.length}`);
  if (row_names.length !== column_names.length || row_names.length !== vals.length) {
    throw new Error(`pivot: lists of one length, these have ${row_names.length}, ${column_names.length} and ${vals.length}`);
  }
  // Without a prototype, __proto__ is a name like others.
  const columns = Object.create(null);
  const rows = new Map();
  for (let i = 0; i < vals.length; i++) {
    if (row_names[i] === null || column_names[i] === null) {
      throw new Error(`pivot: the ${row_names[i] === null ? 'row' : 'column'} of value ${i + 1} has no name (NULL); coalesce it`);
    }
    const column = column_names[i];
    columns[column] = null;
    let row = rows.get(row_names[i]);
    if (row === undefined) {
      row = Object.create(null);
      rows.set(row_names[i], row);
    }
    if (vals[i] !== null) row[column] = (row[column] || 0) + vals[i];
  }
  const names = Object.keys(columns);
  if (names.length * rows.size > 200000) {
    throw new Error(`pivot: at most 200,000 cells, these are ${rows.size} rows of ${names.length} columns`);
  }
  rows.forEach((row, name) => {
    const cells = Object.create(null);
    for (const column of names) cells[column] = row[column] === undefined ? null : row[column];
    engine.return_next({ name, cells });
  });
$js$;

COMMENT ON FUNCTION :"schema".pivot(text[], text[], float8[]) IS
  'Rows to columns: a row for each name, with json that has a cell for every column, the sums of their values. SELECT cells FROM pivot(ARRAY[''EU'', ''EU''], ARRAY[''Jan'', ''Feb''], ARRAY[1, 2]::float8[]) gives {"Jan":1,"Feb":2}.';

CREATE OR REPLACE FUNCTION :"schema".pivot(row_names text[], column_names text[], vals text[]) RETURNS TABLE(name text, cells json)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (row_names.length > 100000) throw new Error(`pivot: at most 100,000 values, these are ${row_names.length}`);
  if (row_names.length !== column_names.length || row_names.length !== vals.length) {
    throw new Error(`pivot: lists of one length, these have ${row_names.length}, ${column_names.length} and ${vals.length}`);
  }
  // Without a prototype, __proto__ is a name like others.
  const columns = Object.create(null);
  const rows = new Map();
  for (let i = 0; i < vals.length; i++) {
    if (row_names[i] === null || column_names[i] === null) {
      throw new Error(`pivot: the ${row_names[i] === null ? 'row' : 'column'} of value ${i + 1} has no name (NULL); coalesce it`);
    }
    const column = column_names[i];
    columns[column] = null;
    let row = rows.get(row_names[i]);
    if (row === undefined) {
      row = Object.create(null);
      rows.set(row_names[i], row);
    }
    if (vals[i] !== null) row[column] = vals[i];
  }
  const names = Object.keys(columns);
  if (names.length * rows.size > 200000) {
    throw new Error(`pivot: at most 200,000 cells, these are ${rows.size} rows of ${names.length} columns`);
  }
  rows.forEach((row, name) => {
    const cells = Object.create(null);
    for (const column of names) cells[column] = row[column] === undefined ? null : row[column];
    engine.return_next({ name, cells });
  });
$js$;

COMMENT ON FUNCTION :"schema".pivot(text[], text[], text[]) IS
  'Rows to columns: a row for each name, with json that has a cell for every column, the last of their values. SELECT cells FROM pivot(ARRAY[''EU'', ''EU''], ARRAY[''Jan'', ''Feb''], ARRAY[''1'', ''2'']) gives {"Jan":"1","Feb":"2"}.';
