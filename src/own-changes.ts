import { randomUUID } from "node:crypto";
import pg from "pg";
import type { OwnPool } from "./own-database.ts";
import { createReadSocket } from "./read-socket.ts";

/** The channel on which triggers of Dataclips' own database tell of changes: see the migration that makes them. */
const CHANNEL = "dataclips_changes";
/** While anyone relies on it, a beat goes through the database this often. */
const BEAT_MS = 500;
/** What is known is as good as the last beat that came back, for so long after it was sent. */
const CURRENT_MS = 2_000;
/** Nobody has asked for so long: no beats until somebody does. */
const IDLE_MS = 10_000;
/** Between two tries to connect. */
const RETRY_MS = 1_000;

/**
 * Knows, without asking, whether what was read of Dataclips' own database still holds. PostgreSQL notifies of what is
 * committed in the order of the commits, so a beat of our own that comes back says that everything committed before it
 * has been heard of. A connection that is lost or silent, or a pooler that takes no LISTEN, brings no beats back: then
 * nothing is known, and everything is read again.
 */
export interface OwnChanges {
  /** Whether every change up to a moment ago has been heard of. Asking is what keeps the beats going. */
  isCurrent(): boolean;
  /** Calls back with the id of a clip of which something changed, or with null when changes may have been missed. */
  onChange(listener: (clipId: number | null) => void): void;
  /** Says what this server has just changed itself, which counts before the notification of it is here. */
  changed(clipId: number): void;
  close(): Promise<void>;
}

/**
 * Listens to Dataclips' own database; it connects when somebody asks for the first time.
 * The beats come from another session than the one that listens, as what others change does.
 */
export function openOwnChanges(db: OwnPool): OwnChanges {
  const id = randomUUID();
  const listeners: ((clipId: number | null) => void)[] = [];
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let askedAt = 0;
  let triedAt = -Infinity;
  /** Up to when what is known is current, on the clock of `performance`. */
  let currentUntil = -Infinity;
  let heard = false;

  const tell = (clipId: number | null): void => {
    for (const listener of listeners) listener(clipId);
  };

  const lose = (lost: pg.Client): void => {
    if (client !== lost) return;
    client = null;
    currentUntil = -Infinity;
    heard = false;
    tell(null);
    lost.end().catch(() => {});
  };

  const hear = (payload: string): void => {
    const [kind, ...words] = payload.split(" ");
    if (kind === "clip") return tell(Number(words[0]));
    if (kind !== "beat" || words[0] !== id) return;
    // What was read before the first beat may have changed before anyone listened.
    if (!heard) tell(null);
    heard = true;
    currentUntil = Number(words[1]) + CURRENT_MS;
  };

  const connect = async (): Promise<void> => {
    triedAt = performance.now();
    const started = new pg.Client({
      connectionString: db.$client.options.connectionString,
      application_name: "dataclips changes",
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      stream: createReadSocket,
    });
    client = started;
    started.on("error", () => lose(started));
    started.on("end", () => lose(started));
    started.on("notification", ({ payload }) => void (client === started && hear(payload ?? "")));
    try {
      await started.connect();
      await started.query(`LISTEN ${CHANNEL}`);
      await beat();
    } catch {
      lose(started);
    }
  };

  const beat = async (): Promise<void> => {
    await db.$client.query("SELECT pg_notify($1, $2)", [CHANNEL, `beat ${id} ${performance.now()}`]);
  };

  const tick = (): void => {
    const now = performance.now();
    if (closed || now - askedAt > IDLE_MS) {
      if (timer) clearInterval(timer);
      timer = null;
    } else if (client === null) {
      if (now - triedAt > RETRY_MS) void connect();
    } else {
      beat().catch(() => {});
    }
  };

  return {
    isCurrent() {
      askedAt = performance.now();
      if (timer === null && !closed) {
        timer = setInterval(tick, BEAT_MS).unref();
        tick();
      }
      return askedAt < currentUntil;
    },
    onChange: (listener) => void listeners.push(listener),
    changed: tell,
    async close() {
      closed = true;
      if (timer) clearInterval(timer);
      const open = client;
      client = null;
      currentUntil = -Infinity;
      await open?.end().catch(() => {});
    },
  };
}
