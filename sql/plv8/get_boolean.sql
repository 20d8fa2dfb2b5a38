-- get_boolean(key text, data json) returns boolean
-- get_boolean(key text, data jsonb) returns boolean
--
-- The boolean of a key in a JSON document: to filter by it, and to make an index on it.
-- key: one key, or a dotted path such as 'loc.0' or 'a.b.c', where a number picks an array's element from 0. Up to 1,000
--   characters. A key that has a dot in its own name wins over a path.
-- data: a document, json or jsonb.
-- NULL: NULL if either is NULL, the key is missing, or its value is neither true nor false, nor the text of one of these;
--   never an error. A number is no boolean.
-- Limits: an error for a longer key. PL/JS 1.0.5 keeps about 0.35 kB of each call until its session ends: a session has room
--   for a million calls in its 512 MB (pljs.memory_limit), and may crash beyond; an index needs no call for each row. PL/JS
--   gives NULL of json deeper than 8,000 levels, and does not see a key __proto__ of jsonb.
-- Example: SELECT dataclips.get_boolean('paid', '{"paid": true}'::json);  -- t

CREATE OR REPLACE FUNCTION :"schema".get_boolean(key text, data json) RETURNS boolean
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (key.length > 1000) throw new Error(`get_boolean: a key of at most 1,000 characters, this one has ${key.length}`);
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
  if (value === true || value === 'true') result = true;
  if (value === false || value === 'false') result = false;
  // PL/JS 1.0.5 frees no argument before its session ends: emptied, this one holds 0.3 kB there, and not the document.
  if (typeof plv8 === 'undefined' && Array.isArray(data)) data.length = 0;
  else if (typeof plv8 === 'undefined' && data !== null && typeof data === 'object') {
    for (const name of Object.keys(data)) delete data[name];
  }
  return result;
$js$;

COMMENT ON FUNCTION :"schema".get_boolean(text, json) IS
  'The boolean at a key or dotted path of a JSON document; NULL if there is none. get_boolean(''paid'', ''{"paid": true}''::json) is true.';

CREATE OR REPLACE FUNCTION :"schema".get_boolean(key text, data jsonb) RETURNS boolean
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (key.length > 1000) throw new Error(`get_boolean: a key of at most 1,000 characters, this one has ${key.length}`);
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
  if (value === true || value === 'true') result = true;
  if (value === false || value === 'false') result = false;
  // PL/JS 1.0.5 frees no argument before its session ends: emptied, this one holds 0.3 kB there, and not the document.
  if (typeof plv8 === 'undefined' && Array.isArray(data)) data.length = 0;
  else if (typeof plv8 === 'undefined' && data !== null && typeof data === 'object') {
    for (const name of Object.keys(data)) delete data[name];
  }
  return result;
$js$;

COMMENT ON FUNCTION :"schema".get_boolean(text, jsonb) IS
  'The boolean at a key or dotted path of a JSON document; NULL if there is none. get_boolean(''paid'', ''{"paid": true}''::json) is true.';
