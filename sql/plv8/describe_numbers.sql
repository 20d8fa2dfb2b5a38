-- describe_numbers(vals float8[]) returns table (count int, nulls int, mean, stddev, min, q1, median, q3, max, skewness float8)
--
-- One row that sums up a list of numbers, such as a column that array_agg has gathered: how many, where they lie, how far they spread.
-- vals: up to 200,000 finite numbers.
-- NULL: NULL elements are counted in nulls and otherwise ignored; no row for a NULL list. A figure that the values do not suffice for
--   is NULL: all of no value, stddev (of the sample, n - 1) of one, skewness of fewer than three or of equal ones.
-- Limits: 200,000 values; NaN and infinities are errors.
-- Example: SELECT median, q3 FROM dataclips.describe_numbers(ARRAY[1, 4, 9, 16, 25, 36, 49, 64, 81, 100]);  -- 30.5|60.25
-- Quartiles are R's type 7, as percentile_cont (Hyndman and Fan 1996, Sample Quantiles in Statistical Packages). Skewness is the
-- adjusted Fisher-Pearson coefficient G1 (Joanes and Gill 1998), scipy's skew(bias=False). The mean is a compensated sum (Neumaier
-- 1974), the spread a second pass over the deviations from it, corrected by their own sum (Chan, Golub and LeVeque 1983).

CREATE OR REPLACE FUNCTION :"schema".describe_numbers(vals float8[])
RETURNS TABLE(count int, nulls int, mean float8, stddev float8, min float8, q1 float8, median float8, q3 float8, max float8, skewness float8)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (vals.length > 200000) {
    throw new Error(`describe_numbers: at most 200,000 values, these are ${vals.length}`);
  }
  const all = new Float64Array(vals.length);
  let n = 0;
  for (let i = 0; i < vals.length; i++) {
    const value = vals[i];
    if (value === null) continue;
    if (!Number.isFinite(value)) {
      throw new Error(`describe_numbers: value ${i + 1} is ${value}, and only finite numbers can be described`);
    }
    all[n++] = value;
  }
  // A local variable must not have a column's name: PL/JS makes the columns parameters.
  const row = {
    count: n, nulls: vals.length - n, mean: null, stddev: null, min: null, q1: null, median: null, q3: null, max: null, skewness: null,
  };
  if (n === 0) {
    engine.return_next(row);
    return;
  }
  const xs = all.subarray(0, n).sort();
  const least = xs[0];
  const greatest = xs[n - 1];
  const quantile = (share) => {
    const place = (n - 1) * share;
    const low = xs[Math.floor(place)];
    const high = xs[Math.ceil(place)];
    const part = place - Math.floor(place);
    return Number.isFinite(high - low) ? low + part * (high - low) : low * (1 - part) + high * part;
  };
  Object.assign(row, { min: least, q1: quantile(0.25), median: quantile(0.5), q3: quantile(0.75), max: greatest });

  // Squares and cubes of numbers beyond these would overflow or vanish.
  const largest = Math.max(-least, greatest);
  const scale = largest > 1e100 || (largest < 1e-100 && largest > 0) ? largest : 1;
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < n; i++) {
    const x = xs[i] / scale;
    const next = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  const centre = (sum + lost) / n;
  row.mean = least === greatest ? least : centre * scale;
  let first = 0;
  let second = 0;
  for (let i = 0; i < n; i++) {
    const deviation = xs[i] / scale - centre;
    first += deviation;
    second += deviation * deviation;
  }
  if (n > 1) {
    const spread = least === greatest ? 0 : Math.sqrt(Math.max(0, second - (first * first) / n) / (n - 1));
    row.stddev = spread * scale;
    if (n > 2 && spread > 0) {
      let third = 0;
      for (let i = 0; i < n; i++) {
        const deviation = (xs[i] / scale - centre) / spread;
        third += deviation * deviation * deviation;
      }
      row.skewness = (n / (n - 1) / (n - 2)) * third;
    }
  }
  engine.return_next(row);
$js$;

COMMENT ON FUNCTION :"schema".describe_numbers(float8[]) IS
  'One row about a list of numbers: count, nulls, mean, stddev (of the sample), min, quartiles, max, skewness. SELECT median, q3 FROM describe_numbers(ARRAY[1, 4, 9, 16]) gives 6.5 and 10.75.';
