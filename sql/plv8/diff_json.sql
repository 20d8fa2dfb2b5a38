-- diff_json(old_data json, new_data json) returns table (path text, kind text, before json, after json)
-- diff_json(old_data jsonb, new_data jsonb) returns table (path text, kind text, before json, after json)
--
-- What changed between two JSON documents: a row for each path that is added, removed or changed. Objects are compared by
-- their keys, whatever their order, and arrays element by element, from 0. What is added or removed is one row, however
-- much is in it. No rows: the documents are equal.
-- old_data, new_data: documents of up to 100,000 values each, 100 levels deep.
-- NULL: no rows if either is NULL. kind is added (before is NULL), removed (after is NULL) or changed. The path of the whole
--   document is empty. Numbers are equal if they are the same double precision number.
-- Limits: an error beyond 100,000 values or 100 levels in either, or 10,000,000 characters of paths together. U+0000 and
--   lone surrogates in a path, which a text cannot hold, are U+FFFD.
-- Example: SELECT * FROM dataclips.diff_json('{"a": 1, "b": [1]}'::json, '{"a": 2, "b": [1, "x"]}'::json);
--   -- a|changed|1|2 / b.1|added|NULL|"x"

CREATE OR REPLACE FUNCTION :"schema".diff_json(old_data json, new_data json) RETURNS TABLE(path text, kind text, before json, after json)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  const clean = (text) =>
    /[\0\ud800-\udfff]/.test(text)
      ? text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\0\ud800-\udfff]/g, (found) => (found.length === 2 ? found : '\ufffd'))
      : text;
  const isParent = (value) => value !== null && typeof value === 'object';
  for (const document of [old_data, new_data]) {
    let level = [document];
    let count = 1;
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > 100) throw new Error('diff_json: at most 100 levels, a document is deeper');
      const below = [];
      for (const value of level) {
        // What PL/JS hands over where a document is too deep for its parser.
        if (typeof value === 'unknown') throw new Error('diff_json: at most 100 levels, a document is deeper');
        const keys = isParent(value) ? Object.keys(value) : [];
        count += keys.length;
        if (count > 100000) throw new Error('diff_json: at most 100,000 values, a document has more');
        for (const key of keys) below.push(value[key]);
      }
      level = below;
    }
  }
  // Of a bare string PL/V8 and PL/JS make different json, and of null both make NULL: of an object both make what it says.
  const asJson = (value) => {
    if (typeof value === 'string') return new String(value);
    if (value === null || value === Infinity || value === -Infinity) return { toJSON: () => null };
    return value === undefined ? null : value;
  };
  const has = (value, key) => Object.prototype.hasOwnProperty.call(value, key);
  let characters = 0;
  const above = [];
  const visit = (old, now, path) => {
    characters += path.length;
    if (characters > 10000000) throw new Error('diff_json: at most 10,000,000 characters of paths');
    if (old === now) return;
    if (isParent(old) && isParent(now) && Array.isArray(old) === Array.isArray(now)) {
      const more = Object.keys(now).filter((key) => !has(old, key));
      above.push({ old, now, path, keys: Object.keys(old).concat(more), next: 0 });
      return;
    }
    const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    engine.return_next({ path: clean(path), kind, before: asJson(old), after: asJson(now) });
  };
  visit(old_data, new_data, '');
  while (above.length > 0) {
    const top = above[above.length - 1];
    if (top.next === top.keys.length) {
      above.pop();
    } else {
      const key = top.keys[top.next++];
      const path = above.length === 1 ? key : `${top.path}.${key}`;
      visit(has(top.old, key) ? top.old[key] : undefined, has(top.now, key) ? top.now[key] : undefined, path);
    }
  }
$js$;

COMMENT ON FUNCTION :"schema".diff_json(json, json) IS
  'A row with path, kind (added, removed, changed), before and after for each difference of two JSON documents. SELECT * FROM diff_json(''{"a": 1}''::json, ''{"a": 2}''::json) gives a, changed, 1, 2.';

CREATE OR REPLACE FUNCTION :"schema".diff_json(old_data jsonb, new_data jsonb) RETURNS TABLE(path text, kind text, before json, after json)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  const clean = (text) =>
    /[\0\ud800-\udfff]/.test(text)
      ? text.replace(/[\ud800-\udbff][\udc00-\udfff]|[\0\ud800-\udfff]/g, (found) => (found.length === 2 ? found : '\ufffd'))
      : text;
  const isParent = (value) => value !== null && typeof value === 'object';
  for (const document of [old_data, new_data]) {
    let level = [document];
    let count = 1;
    for (let depth = 0; level.length > 0; depth++) {
      if (depth > 100) throw new Error('diff_json: at most 100 levels, a document is deeper');
      const below = [];
      for (const value of level) {
        // What PL/JS hands over where a document is too deep for its parser.
        if (typeof value === 'unknown') throw new Error('diff_json: at most 100 levels, a document is deeper');
        const keys = isParent(value) ? Object.keys(value) : [];
        count += keys.length;
        if (count > 100000) throw new Error('diff_json: at most 100,000 values, a document has more');
        for (const key of keys) below.push(value[key]);
      }
      level = below;
    }
  }
  // Of a bare string PL/V8 and PL/JS make different json, and of null both make NULL: of an object both make what it says.
  const asJson = (value) => {
    if (typeof value === 'string') return new String(value);
    if (value === null || value === Infinity || value === -Infinity) return { toJSON: () => null };
    return value === undefined ? null : value;
  };
  const has = (value, key) => Object.prototype.hasOwnProperty.call(value, key);
  let characters = 0;
  const above = [];
  const visit = (old, now, path) => {
    characters += path.length;
    if (characters > 10000000) throw new Error('diff_json: at most 10,000,000 characters of paths');
    if (old === now) return;
    if (isParent(old) && isParent(now) && Array.isArray(old) === Array.isArray(now)) {
      const more = Object.keys(now).filter((key) => !has(old, key));
      above.push({ old, now, path, keys: Object.keys(old).concat(more), next: 0 });
      return;
    }
    const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    engine.return_next({ path: clean(path), kind, before: asJson(old), after: asJson(now) });
  };
  visit(old_data, new_data, '');
  while (above.length > 0) {
    const top = above[above.length - 1];
    if (top.next === top.keys.length) {
      above.pop();
    } else {
      const key = top.keys[top.next++];
      const path = above.length === 1 ? key : `${top.path}.${key}`;
      visit(has(top.old, key) ? top.old[key] : undefined, has(top.now, key) ? top.now[key] : undefined, path);
    }
  }
$js$;

COMMENT ON FUNCTION :"schema".diff_json(jsonb, jsonb) IS
  'A row with path, kind (added, removed, changed), before and after for each difference of two JSON documents. SELECT * FROM diff_json(''{"a": 1}''::jsonb, ''{"a": 2}''::jsonb) gives a, changed, 1, 2.';
