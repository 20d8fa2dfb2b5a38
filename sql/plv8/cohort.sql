-- cohort(user_ids text[], times timestamp[], period text DEFAULT 'month') returns table (cohort date, age int, users int, share float8)
--
-- Retention: users are put into cohorts by the period of their first event, and counted in each period in which they have
-- an event again. A row for each cohort and each age up to the last period that there is: age 0 is the cohort's size, share
-- is users divided by it. Ordered by cohort and age.
-- SELECT c.* FROM (SELECT array_agg(user_id::text) u, array_agg(at AT TIME ZONE 'Europe/Berlin') t FROM visits) v,
--        dataclips.cohort(u, t, 'week') c;
-- user_ids: whose event it is; up to 100,000 events.
-- times: when it was, in the clock of the report: for timestamptz AT TIME ZONE says which; as many as user_ids.
-- period: day, week (from Monday), month, quarter or year.
-- NULL: no rows if an argument is NULL. An event without a user or time is left out. cohort is the first day of its period.
-- Limits: an error beyond 100,000 events or 100,000 rows (cohorts times ages: take a longer period), for another period, if
--   the lists differ in length, and for infinity.
-- Example: SELECT cohort, age, users, share FROM dataclips.cohort(ARRAY['ann', 'bob', 'ann'], ARRAY['2024-01-05', '2024-01-09', '2024-02-03']::timestamp[]);
--   -- 2024-01-01|0|2|1 / 2024-01-01|1|1|0.5

CREATE OR REPLACE FUNCTION :"schema".cohort(user_ids text[], times timestamp[], period text DEFAULT 'month') RETURNS TABLE(cohort date, age int, users int, share float8)
LANGUAGE :"language" IMMUTABLE STRICT PARALLEL SAFE
AS $js$
  const engine = typeof plv8 === 'undefined' ? pljs : plv8;
  if (user_ids.length > 100000) throw new Error(`cohort: at most 100,000 events, these are ${user_ids.length}`);
  if (user_ids.length !== times.length) {
    throw new Error(`cohort: as many times as users, these are ${user_ids.length} users and ${times.length} times`);
  }
  // Of each period: the number of a time's, counted from 1970, and the time of a number's first day. 1970 began on a Thursday.
  // PL/JS 1.0.5 takes new Date(0) for no Date and ends the server's process; a millisecond earlier it makes the same day of it.
  const dateOf = (time) => (time.getTime() === 0 && typeof plv8 === 'undefined' ? new Date(-1) : time);
  const days = (time) => Math.floor(time.getTime() / 86400000);
  const months = (time) => (time.getUTCFullYear() - 1970) * 12 + time.getUTCMonth();
  const ofMonth = (count) => {
    const first = new Date(0);
    first.setUTCFullYear(1970, count, 1);
    return first;
  };
  const periods = new Map([
    ['day', [days, (count) => new Date(count * 86400000)]],
    ['week', [(time) => Math.floor((days(time) + 3) / 7), (count) => new Date((count * 7 - 3) * 86400000)]],
    ['month', [months, ofMonth]],
    ['quarter', [(time) => Math.floor(months(time) / 3), (count) => ofMonth(count * 3)]],
    ['year', [(time) => Math.floor(months(time) / 12), (count) => ofMonth(count * 12)]],
  ]);
  if (!periods.has(period)) throw new Error('cohort: a period is day, week, month, quarter or year');
  const [numberOf, firstDay] = periods.get(period);
  const numbers = new Map();
  const events = [];
  for (let i = 0; i < times.length; i++) {
    if (user_ids[i] === null || times[i] === null) continue;
    const number = numberOf(times[i]);
    if (!Number.isFinite(number)) throw new Error(`cohort: time ${i + 1} is beyond what JavaScript counts`);
    let user = numbers.get(user_ids[i]);
    if (user === undefined) {
      user = numbers.size;
      numbers.set(user_ids[i], user);
    }
    events.push(user, number);
  }
  // Each event as one number, sorted by user and period: 100,000 users, and 2^28 days are more than JavaScript's time has.
  const least = events.reduce((found, value, index) => (index % 2 === 1 ? Math.min(found, value) : found), Infinity);
  const sorted = new Float64Array(events.length / 2);
  for (let i = 0; i < sorted.length; i++) sorted[i] = events[2 * i] * 268435456 + (events[2 * i + 1] - least);
  sorted.sort();
  const cohorts = new Map();
  let last = -Infinity;
  let first = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    const number = (sorted[i] % 268435456) + least;
    last = Math.max(last, number);
    if (i === 0 || Math.floor(sorted[i] / 268435456) !== Math.floor(sorted[i - 1] / 268435456)) {
      first = number;
      if (!cohorts.has(first)) cohorts.set(first, new Map());
    }
    const counts = cohorts.get(first);
    counts.set(number - first, (counts.get(number - first) || 0) + 1);
  }
  const firsts = Array.from(cohorts.keys()).sort((a, b) => a - b);
  const rows = firsts.reduce((sum, first) => sum + last - first + 1, 0);
  if (rows > 100000) throw new Error(`cohort: at most 100,000 rows, these would be ${rows}; take a longer period`);
  for (const first of firsts) {
    const counts = cohorts.get(first);
    const size = counts.get(0);
    for (let age = 0; age <= last - first; age++) {
      const users = counts.get(age) || 0;
      engine.return_next({ cohort: dateOf(firstDay(first)), age, users, share: users / size });
    }
  }
$js$;

COMMENT ON FUNCTION :"schema".cohort(text[], timestamp[], text) IS
  'Retention: for each cohort (the period of a user''s first event) and age in periods, how many users came again, and their share. SELECT * FROM cohort(ARRAY[''ann''], ARRAY[''2024-01-05'']::timestamp[], ''month'') gives 2024-01-01, 0, 1, 1.';
