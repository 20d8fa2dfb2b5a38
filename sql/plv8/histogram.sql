-- histogram(vals float8[], buckets int) returns table (bucket int, low float8, high float8, count int, share float8, bar text)
--
-- Counts numbers in buckets of one width from the least to the greatest, with a bar for each, to see how they are distributed.
-- vals: up to 200,000 finite numbers.
-- buckets: 1 to 1,000. Left out or NULL, the width is Freedman and Diaconis': twice the interquartile range by the cube root of
--   the number of values; where that range is 0, Sturges' 1 + log2(n) buckets. Either gives 50 at most.
-- NULL: NULL elements are ignored; no rows for a NULL list or one without values.
-- A bucket holds what is at or above low and below high; the last one also what is equal to high. Equal values make one bucket.
-- share is the bucket's part of all; bar is 20 characters wide for the fullest bucket, in eighths of a character.
-- Limits: 200,000 values; NaN and infinities are errors.
-- Example: SELECT low, high, count FROM dataclips.histogram(ARRAY[1, 2, 2, 3, 9], 2);  -- 1|5|4 / 5|9|1
-- (Freedman and Diaconis 1981, On the histogram as a density estimator; Sturges 1926, The choice of a class interval)

CREATE OR REPLACE FUNCTION :"schema".histogram(vals float8[], buckets int DEFAULT NULL)
RETURNS TABLE(bucket int, low float8, high float8, count int, share float8, bar text)
LANGUAGE :"language" IMMUTABLE PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (buckets !== null && (buckets < 1 || buckets > 1000)) {
    throw new Error(`histogram: buckets must be 1 to 1,000, not ${buckets}`);
  }
  if (vals === null) return;
  if (vals.length > 200000) {
    throw new Error(`histogram: at most 200,000 values, these are ${vals.length}`);
  }
  const all = new Float64Array(vals.length);
  let n = 0;
  for (let i = 0; i < vals.length; i++) {
    const value = vals[i];
    if (value === null) continue;
    if (!Number.isFinite(value)) {
      throw new Error(`histogram: value ${i + 1} is ${value}, and only finite numbers have a bucket`);
    }
    all[n++] = value;
  }
  if (n === 0) return;
  const xs = all.subarray(0, n).sort();
  const min = xs[0];
  const max = xs[n - 1];
  const range = max - min;

  const quantile = (share) => {
    const place = (n - 1) * share;
    const low = xs[Math.floor(place)];
    return low + (place - Math.floor(place)) * (xs[Math.ceil(place)] - low);
  };
  let size = 1;
  if (min !== max) {
    const width = (2 * (quantile(0.75) - quantile(0.25))) / Math.cbrt(n);
    // range / width is NaN of two infinities.
    const byRule = width > 0 && range / width > 0 ? range / width : 1 + Math.log2(n);
    size = buckets === null ? Math.min(50, Math.max(1, Math.ceil(byRule))) : buckets;
  }
  const edge = (i) => {
    if (i === size) return max;
    return range < 1e300 ? min + (range * i) / size : min * (1 - i / size) + max * (i / size);
  };

  const counts = [];
  let at = 0;
  for (let i = 1; i <= size; i++) {
    const from = at;
    const end = edge(i);
    while (at < n && (i === size || xs[at] < end)) at++;
    counts.push(at - from);
  }
  const fullest = Math.max(...counts);
  for (let i = 0; i < size; i++) {
    const eighths = Math.round((counts[i] / fullest) * 160);
    const rest = eighths % 8;
    engine.return_next({
      bucket: i + 1,
      low: edge(i),
      high: edge(i + 1),
      count: counts[i],
      share: counts[i] / n,
      bar: '█'.repeat((eighths - rest) / 8) + (rest === 0 ? '' : String.fromCharCode(0x2590 - rest)),
    });
  }
$js$;

COMMENT ON FUNCTION :"schema".histogram(float8[], int) IS
  'Counts of numbers in buckets of one width, with bars; the number of buckets by the rule of Freedman and Diaconis if left out. SELECT low, high, count FROM histogram(ARRAY[1, 2, 2, 3, 9], 2) gives (1, 5, 4) and (5, 9, 1).';
