-- flatten_json(data json) returns table (path text, value text, type text)
-- flatten_json(data jsonb) returns table (path text, value text, type text)
--
-- One row for each value at the ends of a JSON document, in its order, with the dotted path to it: the path that get_text
-- and its like take. An array's elements are numbered from 0. Where keys look like numbers, these come first.
-- data: a document of up to 100,000 such values, 100 levels deep, whose paths have 10,000,000 characters together.
-- NULL: no rows of NULL. JSON's null is a row whose value is NULL and whose type is null.
--   value is the text as ->> gives it; type is string, number, boolean or null, or object or array where these are empty
--   ({} and []). A document that is one value alone is one row with an empty path.
-- Limits: an error beyond 100,000 values, 100 levels or 10,000,000 characters of paths. U+0000 and lone surrogates, which a
--   text cannot hold, are U+FFFD.
-- Example: SELECT * FROM dataclips.flatten_json('{"city": "PERU", "loc": [-89.1, 41.3]}'::json);
--   -- city|PERU|string / loc.0|-89.1|number / loc.1|41.3|number

CREATE OR REPLACE FUNCTION :"schema".flatten_json(data json) RETURNS TABLE(path text, value text, type text)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  const clean = (text) =>
    /[\0\ud800-\udfff]/.test(text)
      ? text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\0\ud800-\udfff]/g, (found) => (found.length === 2 ? found : '\ufffd'))
      : text;
  const typeOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  let rows = 0;
  let characters = 0;
  const above = [];
  const visit = (value, path) => {
    const type = typeOf(value);
    // What PL/JS hands over where a document is too deep for its parser.
    if (type === 'unknown' || type === 'undefined') throw new Error('flatten_json: at most 100 levels, this document is deeper');
    characters += path.length;
    if (characters > 10000000) throw new Error('flatten_json: at most 10,000,000 characters of paths');
    if (type === 'array' && value.length > 100000) {
      throw new Error(`flatten_json: at most 100,000 values, this document has an array of ${value.length}`);
    }
    const keys = type === 'object' || type === 'array' ? Object.keys(value) : [];
    if (keys.length > 0) {
      if (above.length === 100) throw new Error('flatten_json: at most 100 levels, this document is deeper');
      above.push({ value, path, keys, next: 0 });
      return;
    }
    rows++;
    if (rows > 100000) throw new Error('flatten_json: at most 100,000 values, this document has more');
    let text = null;
    if (type === 'string') text = clean(value);
    // 1e400 is Infinity, which JSON does not have.
    else if (type !== 'null' && value !== Infinity && value !== -Infinity) text = JSON.stringify(value);
    engine.return_next({ path, value: text, type });
  };
  visit(data, '');
  while (above.length > 0) {
    const top = above[above.length - 1];
    if (top.next === top.keys.length) {
      above.pop();
    } else {
      const key = top.keys[top.next++];
      const name = Array.isArray(top.value) ? key : clean(key);
      visit(top.value[key], above.length === 1 ? name : `${top.path}.${name}`);
    }
  }
$js$;

COMMENT ON FUNCTION :"schema".flatten_json(json) IS
  'A row with path, value and type for each value at the ends of a JSON document. SELECT * FROM flatten_json(''{"loc": [1.5]}''::json) gives loc.0, 1.5, number.';

CREATE OR REPLACE FUNCTION :"schema".flatten_json(data jsonb) RETURNS TABLE(path text, value text, type text)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  const clean = (text) =>
    /[\0\ud800-\udfff]/.test(text)
      ? text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\0\ud800-\udfff]/g, (found) => (found.length === 2 ? found : '\ufffd'))
      : text;
  const typeOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  let rows = 0;
  let characters = 0;
  const above = [];
  const visit = (value, path) => {
    const type = typeOf(value);
    // What PL/JS hands over where a document is too deep for its parser.
    if (type === 'unknown' || type === 'undefined') throw new Error('flatten_json: at most 100 levels, this document is deeper');
    characters += path.length;
    if (characters > 10000000) throw new Error('flatten_json: at most 10,000,000 characters of paths');
    if (type === 'array' && value.length > 100000) {
      throw new Error(`flatten_json: at most 100,000 values, this document has an array of ${value.length}`);
    }
    const keys = type === 'object' || type === 'array' ? Object.keys(value) : [];
    if (keys.length > 0) {
      if (above.length === 100) throw new Error('flatten_json: at most 100 levels, this document is deeper');
      above.push({ value, path, keys, next: 0 });
      return;
    }
    rows++;
    if (rows > 100000) throw new Error('flatten_json: at most 100,000 values, this document has more');
    let text = null;
    if (type === 'string') text = clean(value);
    // 1e400 is Infinity, which JSON does not have.
    else if (type !== 'null' && value !== Infinity && value !== -Infinity) text = JSON.stringify(value);
    engine.return_next({ path, value: text, type });
  };
  visit(data, '');
  while (above.length > 0) {
    const top = above[above.length - 1];
    if (top.next === top.keys.length) {
      above.pop();
    } else {
      const key = top.keys[top.next++];
      const name = Array.isArray(top.value) ? key : clean(key);
      visit(top.value[key], above.length === 1 ? name : `${top.path}.${name}`);
    }
  }
$js$;

COMMENT ON FUNCTION :"schema".flatten_json(jsonb) IS
  'A row with path, value and type for each value at the ends of a JSON document. SELECT * FROM flatten_json(''{"loc": [1.5]}''::jsonb) gives loc.0, 1.5, number.';
