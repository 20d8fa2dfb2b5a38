import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { type ServeProcess, startProcess } from "./serve-process.ts";
import { DATABASE } from "./support/global-setup.ts";

/** What the servers of a stage are asked with. */
export const TOKEN = "a-token-for-these-processes";

/** Real processes of Dataclips, an own database for them, and one that clips query. */
export interface ProcessStage {
  /** A superuser's session. */
  admin: pg.Client;
  /** A session in the own database, as its owner. */
  own: pg.Client;
  /** The names of the database that clips query, and of the own one. */
  name: string;
  ownName: string;
  /** The environment of a server there. */
  settings(): Record<string, string>;
  /** Starts `dataclips serve`, or another command, with these settings or with others. */
  start(env?: Record<string, string>, args?: string[]): ServeProcess;
  /** Asks a server, with the token. */
  ask(url: string, method: string, path: string, json?: unknown): Promise<Response>;
  /** The same, for its JSON. */
  send(url: string, method: string, path: string, json?: unknown): Promise<any>;
}

/** Makes a stage before the tests of a file, and takes it down after them; its sessions are there from the first test on. */
export function processStage(prefix: string): ProcessStage {
  const name = `${prefix}_${process.pid}_${Date.now().toString(36)}`;
  const ownName = `${name}_own`;
  const processes: ServeProcess[] = [];
  const parts: Omit<ProcessStage, "admin" | "own"> = {
    name,
    ownName,
    settings() {
      const { own, reader } = inject("cluster");
      return {
        HOST: "127.0.0.1",
        PORT: "0",
        DATABASE_URL: own.replace(DATABASE, ownName),
        DATACLIPS_TOKEN: TOKEN,
        DATACLIPS_SECRET: "a-secret-for-these-processes-of-40-characters",
        DATACLIPS_DATABASES: JSON.stringify({
          test: { followers: ["${READER_URL}"], allow_functions: ["pg_catalog.pg_sleep"], max_rows: 2_000_000 },
        }),
        READER_URL: reader.replace(DATABASE, name),
      };
    },
    start(env = parts.settings(), args) {
      const started = startProcess(env, args);
      processes.push(started);
      return started;
    },
    ask: (url, method, path, json) =>
      fetch(url + path, {
        method,
        headers: { Authorization: `Bearer ${TOKEN}` },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      }),
    send: async (...request) => (await parts.ask(...request)).json(),
  };
  const stage = parts as ProcessStage;

  beforeAll(async () => {
    const { admin, own, queryTemplate } = inject("cluster");
    stage.admin = new pg.Client(admin);
    await stage.admin.connect();
    await stage.admin.query(`CREATE DATABASE ${ownName} OWNER dataclips`);
    await stage.admin.query("SELECT pg_advisory_lock(4711)");
    await stage.admin.query(`CREATE DATABASE ${name} TEMPLATE ${queryTemplate}`);
    await stage.admin.query("SELECT pg_advisory_unlock(4711)");
    await stage.admin.query(`GRANT CONNECT ON DATABASE ${name} TO dataclips_reader`);
    stage.own = new pg.Client({ connectionString: own.replace(DATABASE, ownName), application_name: "a test" });
    await stage.own.connect();
  });
  afterAll(async () => {
    for (const started of processes) {
      started.kill("SIGKILL");
      await started.exited;
    }
    await stage.own.end();
    await stage.admin.query(`DROP DATABASE ${ownName} WITH (FORCE)`);
    await stage.admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await stage.admin.end();
  });
  return stage;
}
