-- object_from_arrays(keys text[], vals text[]) returns json
--
-- Makes one JSON object of a list of keys and a list of their values, such as two columns that array_agg has gathered.
-- keys: up to 100,000 keys; a key that stands twice keeps its last value. A NULL key is an error, as in json_object.
-- vals: as many values; a NULL value is JSON's null.
-- NULL: NULL if either list is NULL; {} of two empty lists.
-- Limits: 100,000 keys, and both lists of one length: an error beyond.
-- Example: SELECT dataclips.object_from_arrays(ARRAY['name', 'age'], ARRAY['Craig', '29']);  -- {"name":"Craig","age":"29"}

CREATE OR REPLACE FUNCTION :"schema".object_from_arrays(keys text[], vals text[]) RETURNS json
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (keys.length > 100000) {
    throw new Error(`object_from_arrays: at most 100,000 keys, these are ${keys.length}`);
  }
  if (keys.length !== vals.length) {
    throw new Error(`object_from_arrays: as many values as keys, these are ${keys.length} keys and ${vals.length} values`);
  }
  const object = {};
  for (let i = 0; i < keys.length; i++) {
    if (keys[i] === null) throw new Error(`object_from_arrays: key ${i + 1} is NULL`);
    // An assignment to __proto__ would set the prototype, and no key.
    if (keys[i] === '__proto__') {
      Object.defineProperty(object, keys[i], { value: vals[i], enumerable: true, writable: true, configurable: true });
    } else {
      object[keys[i]] = vals[i];
    }
  }
  return object;
$js$;

COMMENT ON FUNCTION :"schema".object_from_arrays(text[], text[]) IS
  'One JSON object of a list of keys and a list of values. object_from_arrays(ARRAY[''name'', ''age''], ARRAY[''Craig'', ''29'']) is {"name":"Craig","age":"29"}.';
