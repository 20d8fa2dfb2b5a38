-- json_shape(jsonb) returns json: an aggregate
--
-- What many JSON documents look like: for each path the types that its values have, and how many of each. A path begins with
-- $, the document; $.loc[*] are all elements of all arrays at $.loc. Paths are sorted. A path that counts fewer values than
-- its parent has objects is missing from some documents.
-- The argument: a jsonb column of up to 100,000 documents with 250,000 values together (for more: TABLESAMPLE).
-- NULL: a NULL is no document, nor is JSON's null alone, and neither is counted; {} of no documents.
-- Limits: an error beyond 100,000 documents, 250,000 values, 10,000 different paths, 1,000 characters of a path, or 100
--   levels. PostgreSQL gathers the documents and JavaScript sees them once, at the end: 10,000 of 20 keys take 0.2 s on
--   PL/JS. (A state in JavaScript would be read and written at every row: 3 s with 200 paths, and PL/JS 1.0.5 would not
--   free it.)
-- Example: SELECT dataclips.json_shape(d) FROM (VALUES ('{"a": [1, 2]}'::jsonb), ('{"a": null}')) t (d);
--   -- {"$":{"object":2},"$.a":{"array":1,"null":1},"$.a[*]":{"number":2}}

CREATE OR REPLACE FUNCTION :"schema".json_shape_final(documents jsonb[]) RETURNS json
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (documents.length > 100000) {
    throw new Error(`json_shape: at most 100,000 documents, these are ${documents.length}; TABLESAMPLE takes some of them`);
  }
  const typeOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
  // A tree of the paths, so that each is written once and not for every value.
  let paths = 0;
  const nodeOf = (path, depth) => {
    paths++;
    if (paths > 10000) throw new Error('json_shape: at most 10,000 different paths');
    if (path.length > 1000) throw new Error('json_shape: at most 1,000 characters of a path');
    return { path, depth, types: {}, keys: new Map(), items: null };
  };
  const tooMany = 'json_shape: at most 250,000 values; TABLESAMPLE takes some of the documents';
  let root = null;
  const nodes = [];
  const todo = [];
  let values = 0;
  for (const document of documents) {
    // NULL or JSON's null: both come as null.
    if (document === null) continue;
    if (root === null) {
      root = nodeOf('$', 0);
      nodes.push(root);
    }
    todo.push(document, root);
    while (todo.length > 0) {
      const node = todo.pop();
      const value = todo.pop();
      const type = typeOf(value);
      // What PL/JS hands over where a document is too deep for its parser, or has no place in its memory.
      if (type === 'unknown') throw new Error('json_shape: a document is too deep or too large');
      if (node.depth > 100) throw new Error('json_shape: at most 100 levels, a document is deeper');
      values++;
      if (values > 250000) throw new Error(tooMany);
      node.types[type] = (node.types[type] || 0) + 1;
      if (type === 'array') {
        if (value.length > 250000) throw new Error(tooMany);
        if (value.length > 0 && node.items === null) {
          node.items = nodeOf(`${node.path}[*]`, node.depth + 1);
          nodes.push(node.items);
        }
        for (const item of value) todo.push(item, node.items);
      } else if (type === 'object') {
        for (const key of Object.keys(value)) {
          let child = node.keys.get(key);
          if (child === undefined) {
            child = nodeOf(`${node.path}.${key}`, node.depth + 1);
            node.keys.set(key, child);
            nodes.push(child);
          }
          todo.push(value[key], child);
        }
      }
    }
  }
  // Two nodes may have one path: the key "a.b", and b in a.
  const shape = {};
  for (const node of nodes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const types = shape[node.path] || {};
    for (const type of ['array', 'boolean', 'null', 'number', 'object', 'string']) {
      if (node.types[type] !== undefined) types[type] = (types[type] || 0) + node.types[type];
    }
    shape[node.path] = types;
  }
  return shape;
$js$;

COMMENT ON FUNCTION :"schema".json_shape_final(jsonb[]) IS 'The last step of the aggregate json_shape; of an array of documents it gives the same.';

CREATE OR REPLACE AGGREGATE :"schema".json_shape(jsonb) (
  SFUNC = pg_catalog.array_append,
  STYPE = jsonb[],
  FINALFUNC = :"schema".json_shape_final,
  INITCOND = '{}'
);

COMMENT ON AGGREGATE :"schema".json_shape(jsonb) IS
  'The types at each path of many JSON documents, and how many of each. json_shape(data) of ''{"a": 1}'' and ''{"a": "x"}'' is {"$":{"object":2},"$.a":{"number":1,"string":1}}.';
