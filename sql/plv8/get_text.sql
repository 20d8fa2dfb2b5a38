-- get_text(key text, data json) returns text
-- get_text(key text, data jsonb) returns text
--
-- The text of a key in a JSON document, as ->> gives it; an object or an array as its JSON.
-- key: one key, or a dotted path such as 'loc.0' or 'a.b.c', where a number picks an array's element from 0. Up to 1,000
--   characters. A key that has a dot in its own name wins over a path.
-- data: a document, json or jsonb.
-- NULL: NULL if either is NULL, the key is missing, its value is null, or it nests deeper than 100 levels; never an error.
--   U+0000 and lone surrogates, which a text cannot hold, are U+FFFD.
-- Limits: an error for a longer key. PL/JS 1.0.5 keeps about 0.35 kB of each call until its session ends: a session has room
--   for a million calls in its 512 MB (pljs.memory_limit), and may crash beyond; an index needs no call for each row. PL/JS
--   gives NULL of json deeper than 8,000 levels, and does not see a key __proto__ of jsonb.
-- Example: SELECT dataclips.get_text('city.name', '{"city": {"name": "Peru"}}'::json);  -- Peru

CREATE OR REPLACE FUNCTION :"schema".get_text(key text, data json) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (key.length > 1000) throw new Error(`get_text: a key of at most 1,000 characters, this one has ${key.length}`);
  const own = (from, name) => {
    if (from === null || typeof from !== 'object') return undefined;
    if (Array.isArray(from) && !/^\d+$/.test(name)) return undefined;
    return Object.prototype.hasOwnProperty.call(from, name) ? from[name] : undefined;
  };
  let value = own(data, key);
  if (value === undefined && key.includes('.')) {
    value = data;
    for (const step of key.split('.')) value = own(value, step);
  }
  let result = null;
  if (typeof value === 'string') {
    result = value.replace(/[\ud800-\udbff][\udc00-\udfff]|[\0\ud800-\udfff]/g, (found) => (found.length === 2 ? found : '\ufffd'));
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    // 1e400 is Infinity, which JSON does not have.
    result = JSON.stringify(value);
    if (result === 'null') result = null;
  } else if (value !== null && typeof value === 'object') {
    let level = [value];
    let depth = 0;
    while (level.length > 0 && depth <= 100) {
      const below = [];
      for (const item of level) {
        for (const name of Object.keys(item)) if (item[name] !== null && typeof item[name] === 'object') below.push(item[name]);
      }
      level = below;
      depth++;
    }
    if (depth <= 100) result = JSON.stringify(value);
  }
  // PL/JS 1.0.5 frees no argument before its session ends: emptied, this one holds 0.3 kB there, and not the document.
  if (typeof plv8 === 'undefined' && Array.isArray(data)) data.length = 0;
  else if (typeof plv8 === 'undefined' && data !== null && typeof data === 'object') {
    for (const name of Object.keys(data)) delete data[name];
  }
  return result;
$js$;

COMMENT ON FUNCTION :"schema".get_text(text, json) IS
  'The text at a key or dotted path of a JSON document; NULL if there is none. get_text(''city'', ''{"city": "Peru"}''::json) is Peru.';

CREATE OR REPLACE FUNCTION :"schema".get_text(key text, data jsonb) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (key.length > 1000) throw new Error(`get_text: a key of at most 1,000 characters, this one has ${key.length}`);
  const own = (from, name) => {
    if (from === null || typeof from !== 'object') return undefined;
    if (Array.isArray(from) && !/^\d+$/.test(name)) return undefined;
    return Object.prototype.hasOwnProperty.call(from, name) ? from[name] : undefined;
  };
  let value = own(data, key);
  if (value === undefined && key.includes('.')) {
    value = data;
    for (const step of key.split('.')) value = own(value, step);
  }
  let result = null;
  if (typeof value === 'string') {
    result = value.replace(/[\ud800-\udbff][\udc00-\udfff]|[\0\ud800-\udfff]/g, (found) => (found.length === 2 ? found : '\ufffd'));
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    // 1e400 is Infinity, which JSON does not have.
    result = JSON.stringify(value);
    if (result === 'null') result = null;
  } else if (value !== null && typeof value === 'object') {
    let level = [value];
    let depth = 0;
    while (level.length > 0 && depth <= 100) {
      const below = [];
      for (const item of level) {
        for (const name of Object.keys(item)) if (item[name] !== null && typeof item[name] === 'object') below.push(item[name]);
      }
      level = below;
      depth++;
    }
    if (depth <= 100) result = JSON.stringify(value);
  }
  // PL/JS 1.0.5 frees no argument before its session ends: emptied, this one holds 0.3 kB there, and not the document.
  if (typeof plv8 === 'undefined' && Array.isArray(data)) data.length = 0;
  else if (typeof plv8 === 'undefined' && data !== null && typeof data === 'object') {
    for (const name of Object.keys(data)) delete data[name];
  }
  return result;
$js$;

COMMENT ON FUNCTION :"schema".get_text(text, jsonb) IS
  'The text at a key or dotted path of a JSON document; NULL if there is none. get_text(''city'', ''{"city": "Peru"}''::json) is Peru.';
