import type { Fault, Standing } from "./standing.ts";

/** A change of a follower's state is told at once, and the next one this much later at the earliest. */
const QUIET_MS = 10_000;

/** How a follower is: fit for clips, fit while its primary is silent, or what is wrong with it. */
export type StateKind = "ok" | "noted" | Fault["kind"] | "damaged";

/** A follower is not any more as it was. */
export interface FollowerChange {
  database: string;
  follower: string;
  was: StateKind;
  is: StateKind;
  /** What is to be said of it now, as the end of a sentence; null: nothing. */
  reason: string | null;
  /** For how long it was as it was. */
  afterMs: number;
}

export type OnFollowerChange = (change: FollowerChange) => void;

/** What is known of a follower at the moment. */
export interface FollowerState {
  /**
   * Why clips should run elsewhere: the server could not read its own data since it was started. Null if that was not
   * seen.
   */
  readonly damage: string | null;
  /**
   * Takes note of a look at the follower, or of an attempt to look.
   * @param startedAt of the server, if it answered: damage is forgotten when the server was started again
   */
  report(standing: Pick<Standing, "fault" | "note">, startedAt?: string): void;
  /** The server that was started then could not read its own data. */
  reportDamage(message: string, startedAt: string): void;
}

/**
 * Keeps a follower's state, and tells of changes: not of the first state that is seen, and of one that comes and goes only
 * now and then, by what it is in the end.
 */
export function createFollowerState(
  names: Pick<FollowerChange, "database" | "follower">,
  onChange: OnFollowerChange | undefined,
): FollowerState {
  let told: { kind: StateKind; sinceMs: number } | undefined;
  let toldMs = -Infinity;
  let now: { kind: StateKind; reason: string | null } = { kind: "ok", reason: null };
  let damage: { message: string; startedAt: string } | null = null;
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    timer = undefined;
    if (told === undefined || told.kind === now.kind) return;
    toldMs = performance.now();
    onChange?.({ ...names, was: told.kind, is: now.kind, reason: now.reason, afterMs: toldMs - told.sinceMs });
    told = { kind: now.kind, sinceMs: toldMs };
  };

  const become = (kind: StateKind, reason: string | null): void => {
    now = { kind, reason };
    told ??= { kind, sinceMs: performance.now() };
    if (timer !== undefined || told.kind === kind) return;
    const waitMs = toldMs + QUIET_MS - performance.now();
    if (waitMs <= 0) tell();
    else timer = setTimeout(tell, waitMs).unref();
  };

  return {
    get damage() {
      return damage?.message ?? null;
    },
    report({ fault, note }, startedAt = damage?.startedAt) {
      if (damage?.startedAt !== startedAt) damage = null;
      if (fault !== null) return become(fault.kind, fault.reason);
      if (damage !== null) return become("damaged", damage.message);
      become(note === null ? "ok" : "noted", note);
    },
    reportDamage(message, startedAt) {
      damage ??= { message, startedAt };
      told ??= { kind: "ok", sinceMs: performance.now() };
      become("damaged", damage.message);
    },
  };
}
