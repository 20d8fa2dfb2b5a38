-- sparkline(vals float8[]) returns text
--
-- A row of small bars, one for each number, that shows the course of a series within a cell of a table.
-- vals: up to 10,000 finite numbers.
-- NULL: a NULL element is a space; NULL for a NULL list, the empty text for an empty one.
-- The range from the least to the greatest value is cut into eight equal parts: ▁ is the lowest, █ the highest. Equal values are ▄.
-- Limits: 10,000 values; NaN and infinities are errors.
-- Example: SELECT dataclips.sparkline(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]);  -- ▁▂▃▄▅▆▇█

CREATE OR REPLACE FUNCTION :"schema".sparkline(vals float8[]) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (vals.length > 10000) throw new Error(`sparkline: at most 10,000 values, these are ${vals.length}`);
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < vals.length; i++) {
    if (vals[i] === null) continue;
    if (!Number.isFinite(vals[i])) {
      throw new Error(`sparkline: value ${i + 1} is ${vals[i]}, and only finite numbers have a height`);
    }
    min = Math.min(min, vals[i]);
    max = Math.max(max, vals[i]);
  }
  // A power of two, so that nothing is lost: the range of such numbers might overflow.
  const scale = Math.max(-min, max) > 1e290 ? 2 ** 64 : 1;
  let line = '';
  for (let i = 0; i < vals.length; i++) {
    if (vals[i] === null) line += ' ';
    else if (min === max) line += '▄';
    else {
      const share = (vals[i] / scale - min / scale) / (max / scale - min / scale);
      line += '▁▂▃▄▅▆▇█'[Math.min(7, Math.floor(share * 8))];
    }
  }
  return line;
$js$;

COMMENT ON FUNCTION :"schema".sparkline(float8[]) IS
  'A series as a row of small bars. sparkline(ARRAY[1, 2, 3, 4, 5, 6, 7, 8]) is ▁▂▃▄▅▆▇█.';
