import { DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { type Database, openDatabases } from "../../src/databases/databases.ts";
import { checkNames } from "../../src/runs/check-names.ts";
import { checkSql } from "../../src/runs/check-sql.ts";
import { execute } from "../../src/runs/execute.ts";
import type { Attack } from "./read-attacks.ts";
import { errorOf, extended, type Fate, type Scene, simple, withSession } from "./lone-session.ts";
import type { Hardening, Target } from "./stage.ts";
import { CLEAN, readTraces } from "./traces.ts";

/** One layer, and nothing else, between an attack and the database. */
export interface Layer {
  name: string;
  /** What the database itself has been given. */
  hardening: Hardening[];
  role: Scene["role"];
  /** The attacks that it is about; all, if it does not say. */
  about?: (attack: Attack) => boolean;
  /** Runs one text with this layer only. `beforeEnd` is called while the session is still open. */
  run(at: Scene, sql: string, beforeEnd: () => Promise<void>): Promise<Fate>;
  /** Whether it has held; {@link refusesAll} where it does not say. `harmed`: something was changed, or a secret shown. */
  holds?: (attack: Attack, fate: Fate, harmed: boolean) => boolean;
}

const LIMITS = { timeoutMs: 300, maxRows: 1000, maxBytes: 1024 * 1024, maxRowBytes: 512 * 1024 };

/** Opens a database for {@link execute}: as the owner, who may do everything there, with small limits. */
export function openLimited(target: Target, signalUrl: string): { database: Database; close(): Promise<void> } {
  const config = {
    ...DEFAULT_LIMITS,
    ...LIMITS,
    name: "limited",
    primary: null,
    followers: [{ name: "primary", url: target.url("att_owner"), signalUrl }],
    allowWritableRole: true,
  };
  const databases = openDatabases([config]);
  return { database: databases.get("limited"), close: () => databases.close() };
}

/** A layer holds what it refuses; what is harmless it lets through. */
function refusesAll({ expect }: Attack, { error, guarded }: Fate, harmed: boolean): boolean {
  if (harmed) return false;
  return expect === "harmless" || expect === "any" || (error !== undefined && guarded !== true);
}

/** The layers, from the outermost to the database's own. */
export const LAYERS: Layer[] = [
  {
    name: "reader role",
    hardening: ["roles"],
    role: "dataclips_reader",
    run: (at, sql, beforeEnd) => withSession(at, (client) => simple(client, sql), beforeEnd),
  },
  {
    name: "revokes",
    hardening: ["revokes"],
    role: "att_plain",
    run: (at, sql, beforeEnd) => withSession(at, (client) => simple(client, sql), beforeEnd),
  },
  {
    name: "reader role + revokes",
    hardening: ["roles", "revokes"],
    role: "dataclips_reader",
    run: (at, sql, beforeEnd) => withSession(at, (client) => simple(client, sql), beforeEnd),
  },
  {
    name: "gate",
    hardening: [],
    role: "att_owner",
    run: (at, sql, beforeEnd) =>
      withSession(
        at,
        async (client) => {
          const checked = checkSql(sql);
          // The guard is for the attack.
          await client.query("SET statement_timeout = 0");
          await checkNames(client, at.database, checked);
          await client.query("RESET statement_timeout");
          // Its parameters, if it has any, have to be bound; all else is what the gate let through, by the simple protocol.
          return checked.parameters.length > 0
            ? client.query(
                checked.text,
                checked.parameters.map((parameter) => parameter.default),
              )
            : simple(client, checked.text);
        },
        beforeEnd,
      ),
  },
  {
    name: "extended protocol",
    hardening: [],
    role: "att_owner",
    about: ({ category }) => category !== "resources",
    run: (at, sql, beforeEnd) => withSession(at, (client) => extended(client, sql), beforeEnd),
  },
  {
    name: "read-only transaction",
    hardening: [],
    role: "att_owner",
    about: ({ category }) => category !== "resources",
    run: (at, sql, beforeEnd) =>
      withSession(
        at,
        async (client) => {
          await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          const result = await simple(client, sql);
          await client.query("COMMIT");
          return result;
        },
        beforeEnd,
      ),
  },
  {
    name: "limits",
    hardening: [],
    role: "att_owner",
    about: ({ category }) => category === "resources",
    async run({ database }, sql, beforeEnd) {
      const shown: Buffer[] = [];
      let closed = Promise.resolve();
      try {
        const { truncated } = await execute({
          database,
          // No gate: no names for it to look at.
          template: { text: sql, parameters: [], toSourcePosition: (position) => position, names: [] },
          values: [],
          signal: new AbortController().signal,
          onStart: () => {},
          onFields: () => {},
          onRows: (frames) => void shown.push(Buffer.from(frames)),
          onClosing: (closing) => {
            closed = closing;
          },
        });
        await beforeEnd();
        return {
          shown: Buffer.concat(shown).toString(),
          ...(truncated ? { error: { code: "truncated", message: "a cap ended it" } } : {}),
        };
      } catch (error) {
        return { shown: "", error: errorOf(error) };
      } finally {
        await closed;
      }
    },
    // That its session is gone is for the test to see.
    holds: ({ expect }, { shown, error }) =>
      shown.length <= LIMITS.maxBytes && (expect !== "stopped" || error !== undefined),
  },
  {
    name: "sessions used once",
    hardening: [],
    role: "att_owner",
    about: ({ category }) => category !== "resources",
    async run(at, sql, beforeEnd) {
      let error: Fate["error"];
      const own = await withSession(
        at,
        async (client) => {
          await simple(client, sql).catch((thrown: unknown) => {
            error = errorOf(thrown);
          });
          // As a pool's next user would: commits what is open, and goes on.
          await client.query("COMMIT").catch(() => {});
          return readTraces(client);
        },
        beforeEnd,
      );
      // After some attacks nobody can connect at all.
      const next = await withSession(at, readTraces).catch((thrown: unknown) => ({ shown: String(thrown) }));
      return { shown: "", ...(error ? { error } : {}), left: { inSession: own.shown, inNext: next.shown } };
    },
    // Its claim is about what the next user of a session finds, and nothing else.
    holds: (_, { left }) => left?.inNext === CLEAN,
  },
];

/** Whether an attack has left something in its session, for whoever would use it next. */
export function leavesTraces({ left }: Fate): boolean {
  return left !== undefined && left.inSession !== CLEAN;
}

/** Whether a layer has held an attack. */
export function hasHeld(layer: Layer, attack: Attack, fate: Fate, harmed: boolean): boolean {
  return (layer.holds ?? refusesAll)(attack, fate, harmed);
}
