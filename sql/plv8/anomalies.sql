-- anomalies(vals float8[], threshold float8) returns table (n int, value float8, score float8, is_anomaly boolean)
--
-- Which values lie far from the rest: a robust z-score for each, by the median, which outliers do not shift as they shift a mean.
-- vals: up to 50,000 finite numbers.
-- threshold: the score from which on, upwards or downwards, a value is an anomaly; more than 0. Iglewicz and Hoaglin advise 3.5.
-- NULL: a NULL element keeps its row, with NULL as its score; no rows if an argument is NULL.
-- score is 0.6745 (x - median) / MAD, where MAD is the median of |x - median|. More than half of the values equal make MAD 0: the
--   score is then (x - median) / (1.253314 MeanAD), with the mean of |x - median|. All values equal score 0.
-- Limits: 50,000 values; NaN and infinities are errors.
-- Example: SELECT n, value FROM dataclips.anomalies(ARRAY[10, 11, 9, 10, 12, 48]) WHERE is_anomaly;  -- 6|48
-- (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers, ASQC Basic References in Quality Control 16; for MAD = 0 the
-- mean absolute deviation as in IBM SPSS' modified z-score. 0.6745 and 1.253314 make either estimate the standard deviation of a
-- normal distribution: its 0.75 quantile, and the root of pi / 2.)

CREATE OR REPLACE FUNCTION :"schema".anomalies(vals float8[], threshold float8 DEFAULT 3.5)
RETURNS TABLE(n int, value float8, score float8, is_anomaly boolean)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (vals.length > 50000) throw new Error(`anomalies: at most 50,000 values, these are ${vals.length}`);
  if (!(threshold > 0)) throw new Error(`anomalies: threshold must be more than 0, not ${threshold}`);
  const all = new Float64Array(vals.length);
  let size = 0;
  let largest = 0;
  for (let i = 0; i < vals.length; i++) {
    const value = vals[i];
    if (value === null) continue;
    if (!Number.isFinite(value)) {
      throw new Error(`anomalies: value ${i + 1} is ${value}, and only finite numbers have a score`);
    }
    largest = Math.max(largest, Math.abs(value));
    all[size++] = value;
  }
  // A power of two, so that nothing is lost: differences and sums beyond 1e290 might overflow.
  const scale = largest > 1e290 ? 2 ** 64 : 1;
  const xs = all.subarray(0, size);
  for (let i = 0; i < size; i++) xs[i] /= scale;
  const median = (sorted) => (sorted[Math.floor((size - 1) / 2)] + sorted[Math.ceil((size - 1) / 2)]) / 2;
  const middle = median(xs.sort());
  const deviations = new Float64Array(size);
  let sum = 0;
  for (let i = 0; i < size; i++) {
    deviations[i] = Math.abs(xs[i] - middle);
    sum += deviations[i];
  }
  const spread = median(deviations.sort());
  const mean = sum / size;

  for (let i = 0; i < vals.length; i++) {
    let score = null;
    if (vals[i] !== null) {
      const deviation = vals[i] / scale - middle;
      if (spread > 0) score = 0.6745 * (deviation / spread);
      else score = mean > 0 ? deviation / mean / 1.253314 : 0;
    }
    const far = score === null ? null : Math.abs(score) > threshold;
    engine.return_next({ n: i + 1, value: vals[i], score, is_anomaly: far });
  }
$js$;

COMMENT ON FUNCTION :"schema".anomalies(float8[], float8) IS
  'Each value with its robust z-score by the median absolute deviation, and whether it is beyond the threshold. SELECT n, value FROM anomalies(ARRAY[10, 11, 9, 10, 12, 48]) WHERE is_anomaly gives (6, 48).';
