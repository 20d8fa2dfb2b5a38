-- get_timestamp(key text, data json) returns timestamptz
-- get_timestamp(key text, data jsonb) returns timestamptz
--
-- The time of a key in a JSON document: an ISO 8601 text with its zone, or a number of milliseconds since 1970, as
-- JavaScript writes times. (For seconds: to_timestamp(dataclips.get_numeric(...)::float8).) Milliseconds are kept, what is
-- finer is cut off.
-- key: one key, or a dotted path such as 'loc.0' or 'a.b.c', where a number picks an array's element from 0. Up to 1,000
--   characters. A key that has a dot in its own name wins over a path.
-- data: a document, json or jsonb.
-- NULL: NULL if either is NULL, the key is missing, or its value is no such time; never an error. A time without a zone, or
--   a date alone, is NULL too: which moment it is depends on who asks, and an index must not. PL/JS 1.0.5 returns NULL for
--   the first millisecond of 1970.
-- Limits: an error for a longer key. PL/JS 1.0.5 keeps about 0.35 kB of each call until its session ends: a session has room
--   for a million calls in its 512 MB (pljs.memory_limit), and may crash beyond; an index needs no call for each row. PL/JS
--   gives NULL of json deeper than 8,000 levels, and does not see a key __proto__ of jsonb.
-- Example: SELECT dataclips.get_timestamp('at', '{"at": "2024-02-29T12:00:00+02:00"}'::json) = '2024-02-29 10:00Z';  -- t

CREATE OR REPLACE FUNCTION :"schema".get_timestamp(key text, data json) RETURNS timestamptz
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (key.length > 1000) throw new Error(`get_timestamp: a key of at most 1,000 characters, this one has ${key.length}`);
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
  let time = NaN;
  if (typeof value === 'number') time = Math.floor(value);
  const part =
    typeof value === 'string' && value.length <= 40
      ? /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/.exec(value)
      : null;
  if (part) {
    const [year, month, day, hour, minute, second] = part.slice(1, 7).map((digits) => Number(digits || 0));
    const [hours, minutes] = [Number(part[9] || 0), Number(part[10] || 0)];
    const local = new Date(0);
    local.setUTCFullYear(year, month - 1, day);
    const isDate = year > 0 && local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
    if (isDate && hour < 24 && minute < 60 && second < 60 && hours < 16 && minutes < 60) {
      local.setUTCHours(hour, minute, second, Number(((part[7] || '') + '000').slice(0, 3)));
      time = local.getTime() - (part[8] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60000;
    }
  }
  // PostgreSQL's first day is in 4714 BC, JavaScript's last in 275760.
  const result = time >= -210866803200000 && time <= 8.64e15 ? new Date(time) : null;
  // PL/JS 1.0.5 frees no argument before its session ends: emptied, this one holds 0.3 kB there, and not the document.
  if (typeof plv8 === 'undefined' && Array.isArray(data)) data.length = 0;
  else if (typeof plv8 === 'undefined' && data !== null && typeof data === 'object') {
    for (const name of Object.keys(data)) delete data[name];
  }
  return result;
$js$;

COMMENT ON FUNCTION :"schema".get_timestamp(text, json) IS
  'The time at a key or dotted path of a JSON document, of ISO 8601 with a zone or milliseconds since 1970; NULL if there is none. get_timestamp(''at'', ''{"at": 1700000000000}''::json) is 2023-11-14 22:13:20+00.';

CREATE OR REPLACE FUNCTION :"schema".get_timestamp(key text, data jsonb) RETURNS timestamptz
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (key.length > 1000) throw new Error(`get_timestamp: a key of at most 1,000 characters, this one has ${key.length}`);
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
  let time = NaN;
  if (typeof value === 'number') time = Math.floor(value);
  const part =
    typeof value === 'string' && value.length <= 40
      ? /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/.exec(value)
      : null;
  if (part) {
    const [year, month, day, hour, minute, second] = part.slice(1, 7).map((digits) => Number(digits || 0));
    const [hours, minutes] = [Number(part[9] || 0), Number(part[10] || 0)];
    const local = new Date(0);
    local.setUTCFullYear(year, month - 1, day);
    const isDate = year > 0 && local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
    if (isDate && hour < 24 && minute < 60 && second < 60 && hours < 16 && minutes < 60) {
      local.setUTCHours(hour, minute, second, Number(((part[7] || '') + '000').slice(0, 3)));
      time = local.getTime() - (part[8] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60000;
    }
  }
  // PostgreSQL's first day is in 4714 BC, JavaScript's last in 275760.
  const result = time >= -210866803200000 && time <= 8.64e15 ? new Date(time) : null;
  // PL/JS 1.0.5 frees no argument before its session ends: emptied, this one holds 0.3 kB there, and not the document.
  if (typeof plv8 === 'undefined' && Array.isArray(data)) data.length = 0;
  else if (typeof plv8 === 'undefined' && data !== null && typeof data === 'object') {
    for (const name of Object.keys(data)) delete data[name];
  }
  return result;
$js$;

COMMENT ON FUNCTION :"schema".get_timestamp(text, jsonb) IS
  'The time at a key or dotted path of a JSON document, of ISO 8601 with a zone or milliseconds since 1970; NULL if there is none. get_timestamp(''at'', ''{"at": 1700000000000}''::json) is 2023-11-14 22:13:20+00.';
