-- forecast(vals float8[], ahead int, season int, alpha float8, beta float8, gamma float8) returns table (step int, value, low, high float8)
--
-- Continues a series by additive Holt-Winters smoothing: its level, its trend and, with a season, what is usual for the time of year.
-- vals: up to 5,000 finite numbers in the order of time, one for each period; at least 3, with a season at least two seasons.
-- ahead: how many periods to forecast, 1 to 1,000.
-- season: periods of a season, such as 12 for months or 7 for days; 1 (the default) is none: Holt's linear method.
-- alpha, beta, gamma: smoothing of level, trend and season, 0 to 1. Each one that is NULL or left out is found by least squares
--   of the one-step errors: a grid, then steps around its best that halve to 1e-6, some 400 trials in all. The search
--   always takes the same way; it may end in a local minimum.
-- NULL: no rows for NULL vals, ahead or season. A NULL element is an error: a period cannot be skipped, so fill the gap first.
-- low and high enclose the value with 95 %, if the model holds and its errors are normal; NULL while the errors are too few.
-- Limits: the sizes above; NaN and infinities are errors.
-- Example: SELECT step, value FROM dataclips.forecast(ARRAY[10, 12, 14, 16], 2);  -- 1|18 / 2|20
-- (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 2nd ed., 7.2, 7.3 and 7.7. With a season the start is that of
-- R's forecast::hw(initial = "simple"): the first season's mean, the mean growth from the first season to the second, and the
-- deviations from that mean; without, that of R's HoltWinters(gamma = FALSE): the second value and its growth from the first.)

CREATE OR REPLACE FUNCTION :"schema".forecast(vals float8[], ahead int, season int DEFAULT 1, alpha float8 DEFAULT NULL, beta float8 DEFAULT NULL, gamma float8 DEFAULT NULL)
RETURNS TABLE(step int, value float8, low float8, high float8)
LANGUAGE :"language" IMMUTABLE PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (vals === null || ahead === null || season === null) return;
  const size = vals.length;
  if (size > 5000) throw new Error(`forecast: at most 5,000 values, these are ${size}`);
  if (ahead < 1 || ahead > 1000) throw new Error(`forecast: ahead must be 1 to 1,000, not ${ahead}`);
  if (season < 1) throw new Error(`forecast: season must be 1 or more, not ${season}`);
  if (size < Math.max(3, 2 * season)) {
    throw new Error(`forecast: at least ${Math.max(3, 2 * season)} values for a season of ${season}, these are ${size}`);
  }
  let largest = 0;
  for (let i = 0; i < size; i++) {
    if (vals[i] === null) throw new Error(`forecast: value ${i + 1} is NULL; fill the gap first`);
    if (!Number.isFinite(vals[i])) throw new Error(`forecast: value ${i + 1} is ${vals[i]}, and a forecast needs finite numbers`);
    largest = Math.max(largest, Math.abs(vals[i]));
  }
  const given = season > 1 ? [alpha, beta, gamma] : [alpha, beta, 0];
  ['alpha', 'beta', 'gamma'].forEach((name, i) => {
    if (given[i] !== null && !(given[i] >= 0 && given[i] <= 1)) {
      throw new Error(`forecast: ${name} must be 0 to 1, not ${given[i]}`);
    }
  });
  // Squares of numbers beyond these would overflow or vanish.
  const scale = largest > 1e100 || (largest < 1e-100 && largest > 0) ? largest : 1;
  const ys = Float64Array.from(vals, (value) => value / scale);

  // How the model stands before its first value, and which that is. The errors count from the first value that took no part in it.
  const start = { level: ys[1], trend: ys[1] - ys[0], usual: [0], at: 2, counted: 2 };
  if (season > 1) {
    let first = 0;
    let second = 0;
    for (let i = 0; i < season; i++) {
      first += ys[i] / season;
      second += ys[i + season] / season;
    }
    const usual = [];
    for (let i = 0; i < season; i++) usual.push(ys[i] - first);
    Object.assign(start, { level: first, trend: (second - first) / season, usual, at: 0, counted: season });
  }
  const smooth = (a, b, g) => {
    let { level, trend } = start;
    const usual = Float64Array.from(start.usual);
    let squares = 0;
    let place = 0;
    for (let i = start.at; i < size; i++) {
      const expected = level + trend;
      const error = ys[i] - expected - usual[place];
      if (i >= start.counted) squares += error * error;
      const next = expected + a * error;
      trend = b * (next - level) + (1 - b) * trend;
      level = next;
      usual[place] += g * error;
      place = place + 1 === season ? 0 : place + 1;
    }
    return { level, trend, usual, squares };
  };

  // The parameters that are sought: from the best of a grid, in steps that halve when none is better.
  const sought = [0, 1, 2].filter((i) => given[i] === null);
  let best = given.map((value) => (value === null ? 0 : value));
  if (sought.length > 0) {
    let least = Infinity;
    const attempt = (parameters) => {
      const { squares } = smooth(...parameters);
      if (!(squares < least)) return;
      least = squares;
      best = parameters;
    };
    const grids = [[0.1, 0.3, 0.5, 0.7, 0.9], [0, 0.05, 0.2, 0.5], [0, 0.1, 0.3, 0.7]];
    let trials = 0;
    for (const a of given[0] === null ? grids[0] : [given[0]]) {
      for (const b of given[1] === null ? grids[1] : [given[1]]) {
        for (const g of given[2] === null ? grids[2] : [given[2]]) {
          attempt([a, b, g]);
          trials++;
        }
      }
    }
    const clip = (value) => Math.min(1, Math.max(0, value));
    let width = 0.1;
    while (width > 1e-6 && trials < 400) {
      const before = best;
      for (const i of sought) {
        for (const direction of [1, -1]) {
          const tried = best.slice();
          tried[i] = clip(tried[i] + direction * width);
          attempt(tried);
          trials++;
        }
      }
      if (best === before) width /= 2;
    }
  }

  const [a, b, g] = best;
  const end = smooth(a, b, g);
  const degrees = size - start.counted - sought.length;
  const deviation = degrees > 0 ? Math.sqrt(end.squares / degrees) : null;
  // The variance h steps ahead is that of a step by 1 + the squares of a (1 + j b), and g more at whole seasons, j from 1 to h - 1.
  let variance = 1;
  for (let h = 1; h <= ahead; h++) {
    const value = end.level + h * end.trend + end.usual[(size - start.at + h - 1) % season];
    const margin = deviation === null ? null : 1.959963984540054 * deviation * Math.sqrt(variance);
    engine.return_next({
      step: h,
      value: value * scale,
      low: margin === null ? null : (value - margin) * scale,
      high: margin === null ? null : (value + margin) * scale,
    });
    const weight = a * (1 + h * b) + (season > 1 && h % season === 0 ? g : 0);
    variance += weight * weight;
  }
$js$;

COMMENT ON FUNCTION :"schema".forecast(float8[], int, int, float8, float8, float8) IS
  'The next values of a series by additive Holt-Winters smoothing, with 95 % bounds; season is the periods of a season. SELECT step, value FROM forecast(ARRAY[10, 12, 14, 16], 2) gives (1, 18) and (2, 20).';
