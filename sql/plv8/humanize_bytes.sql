-- humanize_bytes(bytes float8, si boolean, digits int) returns text
--
-- A number of bytes as people read it: 1536 is 1.5 KiB.
-- bytes: any float8; bigint and numeric are rounded to one (15 to 17 digits).
-- si: false (the default) counts by 1024, in KiB, MiB, GiB, TiB, PiB, EiB, ZiB and YiB (IEC 80000-13); true by 1000, in kB, MB,
--   GB, TB, PB, EB, ZB and YB.
-- digits: decimals, 0 to 6; 1 if left out. Zeros at the end are dropped.
-- NULL: NULL if an argument is NULL.
-- Rounding is half away from zero, of the quotient's shortest decimal digits. What rounds up to 1024 (or 1000) takes the next unit.
--   -0 is 0 B; NaN and infinities are PostgreSQL's texts for them. From 10^15 of the last unit on it is written as 1.2e18 YiB.
-- Limits: another digits is an error.
-- Example: SELECT dataclips.humanize_bytes(1536), dataclips.humanize_bytes(1536, true);  -- 1.5 KiB|1.5 kB

CREATE OR REPLACE FUNCTION :"schema".humanize_bytes(bytes float8, si boolean DEFAULT false, digits int DEFAULT 1) RETURNS text
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  if (digits < 0 || digits > 6) throw new Error(`humanize_bytes: digits must be 0 to 6, not ${digits}`);
  if (!Number.isFinite(bytes)) return String(bytes);
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
  const sign = bytes < 0 ? '-' : '';
  const size = Math.abs(bytes);
  const units = si
    ? ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
    : ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];
  const base = si ? 1000 : 1024;
  for (let unit = 0; unit < 9; unit++) {
    // A thousand is a shift of the decimal point; a division by 1024 is exact.
    const number = si ? round(size, unit * 3, digits) : round(size / 1024 ** unit, 0, digits);
    if (Number(number) < base) return (number === '0' ? '' : sign) + `${number} ${units[unit]}`;
    if (unit === 8 && Number(number) < 1e15) return `${sign}${number} ${units[unit]}`;
  }
  const last = si ? size / 1e24 : size / 1024 ** 8;
  const exponent = Number(last.toExponential().split('e')[1]);
  const number = round(last, exponent, digits);
  return sign + (number === '10' ? `1e${exponent + 1}` : `${number}e${exponent}`) + ` ${units[8]}`;
$js$;

COMMENT ON FUNCTION :"schema".humanize_bytes(float8, boolean, int) IS
  'A number of bytes in KiB, MiB and so on, or with si in kB, MB and so on. humanize_bytes(1536) is 1.5 KiB.';
