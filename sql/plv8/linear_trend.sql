-- linear_trend(ys float8[]) returns table (n int, slope, intercept, r_squared, slope_error, intercept_error, residual_error float8)
-- linear_trend(xs float8[], ys float8[]) returns the same
--
-- The straight line that fits best by least squares: by how much y grows a step, and how well a line tells it at all.
-- ys: up to 100,000 finite numbers.
-- xs: as many; without them x is the place in the list, from 1.
-- NULL: a pair with a NULL is ignored (alone, ys keep their places); no row for a NULL list. Of fewer than two pairs, or of one x
--   only, all but n is NULL; the errors need three pairs.
-- r_squared is 1 where all y are equal, as PostgreSQL's regr_r2. The errors are standard errors; residual_error is that of the fit.
-- Limits: 100,000 values, and both lists of one length; NaN and infinities are errors.
-- Example: SELECT slope, intercept FROM dataclips.linear_trend(ARRAY[3, 5, 7, 9]);  -- 2|1
-- Example: SELECT slope, intercept FROM dataclips.linear_trend(ARRAY[0, 10], ARRAY[1, 21]);  -- 2|1
-- (the sums are of deviations from compensated means, which keeps the digits of xs that lie far from 0, such as epochs)

CREATE OR REPLACE FUNCTION :"schema".linear_trend(ys float8[])
RETURNS TABLE(n int, slope float8, intercept float8, r_squared float8, slope_error float8, intercept_error float8, residual_error float8)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (ys.length > 100000) {
    throw new Error(`linear_trend: at most 100,000 values, these are ${ys.length}`);
  }
  const us = [];
  const vs = [];
  for (let i = 0; i < ys.length; i++) {
    if (ys[i] === null) continue;
    if (!Number.isFinite(ys[i])) {
      throw new Error(`linear_trend: value ${i + 1} is ${ys[i]}, and a line needs finite numbers`);
    }
    us.push(i + 1);
    vs.push(ys[i]);
  }
  // A local variable must not have a column's name: PL/JS makes the columns parameters.
  const size = us.length;
  const row = {
    n: size, slope: null, intercept: null, r_squared: null, slope_error: null, intercept_error: null, residual_error: null,
  };
  // Scaled to at most 1 where squares would overflow or vanish; and centred.
  const centre = (list) => {
    let largest = 0;
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(list[i]));
    const scale = largest > 1e100 || (largest < 1e-100 && largest > 0) ? largest : 1;
    let sum = 0;
    let lost = 0;
    for (let i = 0; i < size; i++) {
      const value = list[i] / scale;
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
    const mean = (sum + lost) / size;
    let apart = false;
    for (let i = 1; i < size && !apart; i++) apart = list[i] !== list[0];
    return { scale, mean, apart };
  };
  const x = centre(us);
  const y = centre(vs);
  if (size < 2 || !x.apart) {
    engine.return_next(row);
    return;
  }
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < size; i++) {
    const dx = us[i] / x.scale - x.mean;
    const dy = y.apart ? vs[i] / y.scale - y.mean : 0;
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  const grade = sxy / sxx;
  row.slope = (grade / x.scale) * y.scale;
  row.intercept = (y.mean - grade * x.mean) * y.scale;
  row.r_squared = syy === 0 ? 1 : Math.min(1, grade * (sxy / syy));
  if (size > 2) {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const dy = y.apart ? vs[i] / y.scale - y.mean : 0;
      const residual = dy - grade * (us[i] / x.scale - x.mean);
      squares += residual * residual;
    }
    const error = Math.sqrt(squares / (size - 2));
    row.residual_error = error * y.scale;
    row.slope_error = (error / Math.sqrt(sxx) / x.scale) * y.scale;
    row.intercept_error = error * Math.sqrt(1 / size + (x.mean * x.mean) / sxx) * y.scale;
  }
  engine.return_next(row);
$js$;

COMMENT ON FUNCTION :"schema".linear_trend(float8[]) IS
  'The straight line through numbers in their order, by least squares: slope, intercept, r_squared, standard errors. SELECT slope, intercept FROM linear_trend(ARRAY[3, 5, 7, 9]) gives 2 and 1.';

CREATE OR REPLACE FUNCTION :"schema".linear_trend(xs float8[], ys float8[])
RETURNS TABLE(n int, slope float8, intercept float8, r_squared float8, slope_error float8, intercept_error float8, residual_error float8)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (xs.length > 100000 || ys.length > 100000) {
    throw new Error(`linear_trend: at most 100,000 values, these are ${Math.max(xs.length, ys.length)}`);
  }
  if (xs.length !== ys.length) {
    throw new Error(`linear_trend: as many ys as xs, these are ${xs.length} xs and ${ys.length} ys`);
  }
  const us = [];
  const vs = [];
  for (let i = 0; i < xs.length; i++) {
    if (xs[i] === null || ys[i] === null) continue;
    if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) {
      throw new Error(`linear_trend: pair ${i + 1} is ${xs[i]} and ${ys[i]}, and a line needs finite numbers`);
    }
    us.push(xs[i]);
    vs.push(ys[i]);
  }
  // A local variable must not have a column's name: PL/JS makes the columns parameters.
  const size = us.length;
  const row = {
    n: size, slope: null, intercept: null, r_squared: null, slope_error: null, intercept_error: null, residual_error: null,
  };
  // Scaled to at most 1 where squares would overflow or vanish; and centred.
  const centre = (list) => {
    let largest = 0;
    for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(list[i]));
    const scale = largest > 1e100 || (largest < 1e-100 && largest > 0) ? largest : 1;
    let sum = 0;
    let lost = 0;
    for (let i = 0; i < size; i++) {
      const value = list[i] / scale;
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
    const mean = (sum + lost) / size;
    let apart = false;
    for (let i = 1; i < size && !apart; i++) apart = list[i] !== list[0];
    return { scale, mean, apart };
  };
  const x = centre(us);
  const y = centre(vs);
  if (size < 2 || !x.apart) {
    engine.return_next(row);
    return;
  }
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < size; i++) {
    const dx = us[i] / x.scale - x.mean;
    const dy = y.apart ? vs[i] / y.scale - y.mean : 0;
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  const grade = sxy / sxx;
  row.slope = (grade / x.scale) * y.scale;
  row.intercept = (y.mean - grade * x.mean) * y.scale;
  row.r_squared = syy === 0 ? 1 : Math.min(1, grade * (sxy / syy));
  if (size > 2) {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const dy = y.apart ? vs[i] / y.scale - y.mean : 0;
      const residual = dy - grade * (us[i] / x.scale - x.mean);
      squares += residual * residual;
    }
    const error = Math.sqrt(squares / (size - 2));
    row.residual_error = error * y.scale;
    row.slope_error = (error / Math.sqrt(sxx) / x.scale) * y.scale;
    row.intercept_error = error * Math.sqrt(1 / size + (x.mean * x.mean) / sxx) * y.scale;
  }
  engine.return_next(row);
$js$;

COMMENT ON FUNCTION :"schema".linear_trend(float8[], float8[]) IS
  'The straight line through points, by least squares: slope, intercept, r_squared, standard errors. SELECT slope, intercept FROM linear_trend(ARRAY[0, 10], ARRAY[1, 21]) gives 2 and 1.';
