-- parse_csv(csv text, delimiter text DEFAULT ',') returns table (line int, fields text[])
--
-- The records of a CSV text, such as one that a form or a web service has left in a column: fields[1] is the first field.
-- CSV as in RFC 4180; lines may also end in LF or CR alone. A heading is a record like others: WHERE line > 1 leaves it out.
-- csv: up to 2,000,000 characters and 200,000 fields.
-- delimiter: one character, such as ';' or a tab (E'\t'); no quote and no end of a line.
-- NULL: no rows if either is NULL; no rows of an empty text. An empty field is an empty text, quoted or not.
--   line is the number of the line on which the record begins: a quoted field may have several. An empty line is a record
--   of one empty field. A byte order mark at the beginning is left out.
-- Limits: an error beyond 2,000,000 characters or 200,000 fields, and with its line where a quote is not closed or text
--   stands behind a closing one.
-- Example: SELECT line, fields[1], fields[2] FROM dataclips.parse_csv(E'name,age\n"Craig, K.",29');
--   -- 1|name|age / 2|Craig, K.|29
-- (https://www.rfc-editor.org/rfc/rfc4180)

CREATE OR REPLACE FUNCTION :"schema".parse_csv(csv text, delimiter text DEFAULT ',') RETURNS TABLE(line int, fields text[])
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (csv.length > 2000000) throw new Error(`parse_csv: at most 2,000,000 characters, this text has ${csv.length}`);
  if (Array.from(delimiter).length !== 1 || delimiter === '"' || delimiter === '\r' || delimiter === '\n') {
    throw new Error('parse_csv: a delimiter is one character, and no quote and no end of a line');
  }
  let at = csv.startsWith('\ufeff') ? 1 : 0;
  // Where each mark is next: looked for anew only when it is behind.
  const marks = [delimiter, '\n', '\r'];
  const find = (mark) => {
    const found = csv.indexOf(mark, at);
    return found < 0 ? csv.length : found;
  };
  let next = marks.map(find);
  let atLine = 1;
  let begins = 1;
  let record = [];
  let count = 0;
  while (at < csv.length || record.length > 0) {
    let field;
    if (csv[at] === '"') {
      const from = at + 1;
      at = csv.indexOf('"', from);
      while (at >= 0 && csv[at + 1] === '"') at = csv.indexOf('"', at + 2);
      if (at < 0) throw new Error(`parse_csv: the quote of line ${atLine} is not closed`);
      // Native steps: a regular expression takes seconds for two million characters on PL/JS.
      field = csv.slice(from, at).split('""').join('"');
      at++;
      if (field.includes('\r')) atLine += field.split('\r\n').join('\n').split('\r').join('\n').split('\n').length - 1;
      else atLine += field.split('\n').length - 1;
    } else {
      next = next.map((found, index) => (found < at ? find(marks[index]) : found));
      const end = Math.min(...next);
      field = csv.slice(at, end);
      at = end;
    }
    count++;
    if (count > 200000) throw new Error('parse_csv: at most 200,000 fields, this text has more');
    record.push(field);
    if (csv.startsWith(delimiter, at)) {
      at += delimiter.length;
      continue;
    }
    if (at < csv.length && csv[at] !== '\n' && csv[at] !== '\r') {
      throw new Error(`parse_csv: text behind the closing quote of line ${atLine}`);
    }
    engine.return_next({ line: begins, fields: record });
    record = [];
    at += csv.startsWith('\r\n', at) ? 2 : 1;
    atLine++;
    begins = atLine;
  }
$js$;

COMMENT ON FUNCTION :"schema".parse_csv(text, text) IS
  'A row with line and fields (text[]) for each record of a CSV text. SELECT fields[1] FROM parse_csv(''a;b'', '';'') gives a.';
