import type { Database } from "./databases.ts";
import { type DatabaseReport, examineDatabase, type Examiner } from "./examine-database.ts";
import type { Follower } from "./follower.ts";

/** An examination opens a session on each server and looks through all privileges: what it found is told for so long. */
const MAX_AGE_MS = 60_000;

/** What `dataclips doctor` finds of a database, and when it was found, in ms since the epoch. */
export interface Examination {
  at: number;
  report: DatabaseReport;
}

/** By sessions of the followers' budgets, and with what is remembered of them. */
const EXAMINER: Examiner<Follower> = {
  inspect: ({ inspector }) => inspector.inspect(),
  judge: (follower, status) => follower.judge(status, { thorough: true }),
};

/**
 * Examines databases for whoever asks, each at most once a minute, by sessions of the followers' budgets.
 * @param all the databases of the configuration
 */
export function createExaminations(all: readonly Database[]): (database: Database) => Promise<Examination> {
  const known = new Map<string, { untilMs: number; examination: Promise<Examination> }>();
  return (database) => {
    const found = known.get(database.name);
    if (found !== undefined && found.untilMs > performance.now()) return found.examination;
    const examination = examineDatabase(database, all, EXAMINER).then((report) => ({ at: Date.now(), report }));
    known.set(database.name, { untilMs: performance.now() + MAX_AGE_MS, examination });
    examination.catch(() => known.delete(database.name));
    return examination;
  };
}
