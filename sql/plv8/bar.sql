-- bar(value float8, max float8, width int) returns text
--
-- A horizontal bar of block characters, for a column of a table that shows how large each row is.
-- value: a finite number; 0 and less is the empty text.
-- max: the value of a full bar, such as max(x) OVER (); 0 or more. A value beyond it is a full bar.
-- width: the characters of a full bar, 1 to 1,000; 20 if left out.
-- NULL: NULL if an argument is NULL.
-- The length is rounded to an eighth of a character; a value above 0 has at least one eighth.
-- Limits: NaN, infinities, a negative max and another width are errors.
-- Example: SELECT dataclips.bar(3, 8, 4);  -- █▌

CREATE OR REPLACE FUNCTION :"schema".bar(value float8, max float8, width int DEFAULT 20) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (!Number.isFinite(value)) throw new Error(`bar: value must be a finite number, not ${value}`);
  if (!(max >= 0 && max < Infinity)) throw new Error(`bar: max must be a finite number of 0 or more, not ${max}`);
  if (width < 1 || width > 1000) throw new Error(`bar: width must be 1 to 1,000, not ${width}`);
  if (value <= 0) return '';
  const share = value >= max ? 1 : value / max;
  const eighths = Math.max(1, Math.round(share * width * 8));
  const rest = eighths % 8;
  return '█'.repeat((eighths - rest) / 8) + (rest === 0 ? '' : String.fromCharCode(0x2590 - rest));
$js$;

COMMENT ON FUNCTION :"schema".bar(float8, float8, int) IS
  'A horizontal bar as long as value is of max, 20 characters at most unless width says otherwise. bar(3, 8, 4) is █▌.';
