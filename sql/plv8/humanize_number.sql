-- humanize_number(value float8, digits int) returns text
--
-- A number as people read it: 1234567 is 1.2 M. With k (thousands), M (millions), B (billions, 10^9) and T (trillions, 10^12).
-- value: any float8; numeric is rounded to one (15 to 17 digits).
-- digits: decimals, 0 to 6; 1 if left out. Zeros at the end are dropped. A number below 1 has that many plus one significant
--   digits instead, so that it does not become 0. Below 10^-6 and from 10^15 on it is written as 1.2e18.
-- NULL: NULL if an argument is NULL.
-- Rounding is half away from zero, of the decimal digits that PostgreSQL shows: 1150000 is 1.2 M, as 1.15 would be 1.2.
--   What rounds up to 1000 takes the next unit: 999950 is 1 M. -0 is 0; NaN and infinities are PostgreSQL's texts for them.
-- Limits: another digits is an error.
-- Example: SELECT dataclips.humanize_number(1234567);  -- 1.2 M

CREATE OR REPLACE FUNCTION :"schema".humanize_number(value float8, digits int DEFAULT 1) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (digits < 0 || digits > 6) throw new Error(`humanize_number: digits must be 0 to 6, not ${digits}`);
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  // number / 10^shift as a decimal text with at most so many decimals: of the shortest digits that read back as the number
  // (toExponential without an argument), for toFixed rounds the binary value, of which 1.15 is below 1.15.
  const round = (number, shift, decimals) => {
    const [mantissa, power] = number.toExponential().split('e');
    const all = mantissa.replace('.', '');
    const kept = Number(power) - shift + 1 + decimals;
    let text = kept > 0 ? all.slice(0, kept).padEnd(kept, '0') : '0';
    if (kept >= 0 && all.charCodeAt(kept) >= 53) {
      const nines = /9*$/.exec(text)[0].length;
      const head = text.slice(0, text.length - nines);
      text = (head === '' ? '1' : head.slice(0, -1) + (Number(head.slice(-1)) + 1)) + '0'.repeat(nines);
    }
    text = text.padStart(decimals + 1, '0');
    const whole = text.slice(0, text.length - decimals);
    const rest = text.slice(text.length - decimals).replace(/0+$/, '');
    return rest === '' ? whole : `${whole}.${rest}`;
  };
  const sign = value < 0 ? '-' : '';
  const size = Math.abs(value);
  const exponent = Number(size.toExponential().split('e')[1]);
  if (size < 1) {
    // Rounding up may reach the next power of ten: 0.0996 is 0.1.
    if (exponent >= -6) return sign + round(size, 0, digits - exponent);
    const number = round(size, exponent, digits);
    return sign + (number === '10' ? `1e${exponent + 1}` : `${number}e${exponent}`);
  }
  for (let unit = 0; unit < 5; unit++) {
    const number = round(size, unit * 3, digits);
    if (Number(number) < 1000) return sign + number + ['', ' k', ' M', ' B', ' T'][unit];
  }
  const number = round(size, exponent, digits);
  return sign + (number === '10' ? `1e${exponent + 1}` : `${number}e${exponent}`);
$js$;

COMMENT ON FUNCTION :"schema".humanize_number(float8, int) IS
  'A number with k, M, B or T and one decimal unless digits says otherwise. humanize_number(1234567) is 1.2 M.';
