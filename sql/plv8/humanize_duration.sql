-- humanize_duration(seconds float8, parts int) returns text
--
-- A length of time as people read it: 7500 seconds are 2 h 5 min. With d (of 24 hours), h, min, s, ms, µs and ns.
-- seconds: up to 10^15 either way; of an interval, extract(epoch FROM …) gives it.
-- parts: how many adjoining units of d, h, min and s are shown, 1 to 4; 2 if left out. Units that are 0 are left out.
-- NULL: NULL if an argument is NULL.
-- Rounding is to the last unit shown, half away from zero, and may reach the next one: 3599.6 is 1 h. Less than a minute has
--   one unit with one decimal: 1.5 s, 12.3 ms. -0 and less than half a tenth of a nanosecond are 0 s. NaN and infinities are
--   PostgreSQL's texts for them.
-- Limits: more seconds and another number of parts are errors.
-- Example: SELECT dataclips.humanize_duration(7500);  -- 2 h 5 min

CREATE OR REPLACE FUNCTION :"schema".humanize_duration(seconds float8, parts int DEFAULT 2) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (parts < 1 || parts > 4) throw new Error(`humanize_duration: parts must be 1 to 4, not ${parts}`);
  if (!Number.isFinite(seconds)) return String(seconds);
  const size = Math.abs(seconds);
  if (size > 1e15) throw new Error(`humanize_duration: at most 1e15 seconds, not ${seconds}`);
  const sign = seconds < 0 ? '-' : '';

  // Fifteen digits take away what the product adds to the decimal number: 1.15 * 10 is a tie.
  const tenths = (factor) => Math.round(Number((size * factor * 10).toPrecision(15)));
  if (tenths(1e9) === 0) return '0 s';
  for (const [unit, factor, below] of [['ns', 1e9, 1000], ['µs', 1e6, 1000], ['ms', 1000, 1000], ['s', 1, 60]]) {
    if (tenths(factor) < below * 10) return `${sign}${tenths(factor) / 10} ${unit}`;
  }

  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  // To whole seconds, or to the last unit shown.
  let largest = 0;
  while (largest < 2 && size < units[largest][1]) largest++;
  const last = units[Math.min(3, largest + parts - 1)][1];
  let left = Math.round(size / last) * last;
  const shown = [];
  for (const [unit, length] of units) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) shown.push(`${count} ${unit}`);
  }
  return sign + shown.join(' ');
$js$;

COMMENT ON FUNCTION :"schema".humanize_duration(float8, int) IS
  'A number of seconds in days, hours, minutes and so on, two units unless parts says otherwise. humanize_duration(7500) is 2 h 5 min.';
