-- moving_average(vals float8[], width int, centred boolean) returns table (n int, value float8, average float8)
--
-- Smooths a series: beside each value the average of the last width values, or of the width values around it.
-- vals: up to 50,000 finite numbers in the order of time.
-- width: how many values are averaged, from 1; 7 for days by the week, 12 for months by the year.
-- centred: false (the default) averages a value with those before it. true takes as many before as after; an even width then takes
--   one more, of which the first and the last count half (a 2 x width average), so that a whole season always counts the same.
-- NULL: the average is that of the window's values that are not NULL, NULL if it has none; no rows if an argument is NULL.
--   average is NULL where the window does not lie within the list.
-- Limits: 50,000 values; NaN and infinities are errors.
-- Example: SELECT average FROM dataclips.moving_average(ARRAY[1, 2, 6, 4], 3);  -- NULL / NULL / 3 / 4
-- (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 2nd ed., 6.2. Each sum is of the window's own values, by the
-- prefixes and suffixes of blocks: what a running sum would lose to a large value that has left the window is not lost.)

CREATE OR REPLACE FUNCTION :"schema".moving_average(vals float8[], width int, centred boolean DEFAULT false)
RETURNS TABLE(n int, value float8, average float8)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  const size = vals.length;
  if (size > 50000) throw new Error(`moving_average: at most 50,000 values, these are ${size}`);
  if (width < 1) throw new Error(`moving_average: width must be 1 or more, not ${width}`);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    if (vals[i] === null) continue;
    if (!Number.isFinite(vals[i])) {
      throw new Error(`moving_average: value ${i + 1} is ${vals[i]}, and only finite numbers have an average`);
    }
    largest = Math.max(largest, Math.abs(vals[i]));
  }
  // A power of two, so that nothing is lost: sums of numbers beyond 1e290 might overflow.
  const scale = largest > 1e290 ? 2 ** 64 : 1;

  // From the start of i's block to i, and from i to the end of its block; blocks are width long.
  const before = new Float64Array(size);
  const beforeCount = new Float64Array(size);
  const after = new Float64Array(size);
  const afterCount = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const first = i % width === 0;
    before[i] = (first ? 0 : before[i - 1]) + (vals[i] === null ? 0 : vals[i] / scale);
    beforeCount[i] = (first ? 0 : beforeCount[i - 1]) + (vals[i] === null ? 0 : 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    const last = i === size - 1 || (i + 1) % width === 0;
    after[i] = (last ? 0 : after[i + 1]) + (vals[i] === null ? 0 : vals[i] / scale);
    afterCount[i] = (last ? 0 : afterCount[i + 1]) + (vals[i] === null ? 0 : 1);
  }

  // An even, centred window is two windows, one step apart.
  const twice = centred && width % 2 === 0;
  const ahead = centred ? Math.floor((width - 1) / 2) : 0;
  for (let i = 0; i < size; i++) {
    const start = i + ahead - width + 1;
    let sum = 0;
    let count = 0;
    let within = true;
    for (let step = twice ? 1 : 0; step >= 0; step--) {
      const from = start + step;
      const to = from + width - 1;
      if (from < 0 || to >= size) {
        within = false;
      } else if (from % width === 0) {
        sum += before[to];
        count += beforeCount[to];
      } else {
        sum += after[from] + before[to];
        count += afterCount[from] + beforeCount[to];
      }
    }
    engine.return_next({ n: i + 1, value: vals[i], average: within && count > 0 ? (sum / count) * scale : null });
  }
$js$;

COMMENT ON FUNCTION :"schema".moving_average(float8[], int, boolean) IS
  'Each value of a series with the average of the last width values, or of those around it. SELECT average FROM moving_average(ARRAY[1, 2, 6, 4], 3) gives NULL, NULL, 3 and 4.';
