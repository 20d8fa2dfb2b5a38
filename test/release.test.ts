import pg from "pg";
import { afterEach, expect, inject, test } from "vitest";
import { RELEASE } from "../src/release.ts";
import { processStage } from "./process-stage.ts";
import { DATABASE } from "./support/global-setup.ts";
import { until } from "./support/test-server.ts";

const stage = processStage("release");
const NEWER = "Dataclips 9.0.0 (tables 9999_later)";

afterEach(() => stage.own.query("DELETE FROM drizzle.__drizzle_migrations WHERE hash = 'later'"));

/** What a newer release's migration does, as one that servers can live with. */
async function migrateLater(name: string | null): Promise<void> {
  const comment = name === null ? "NULL" : `'${name}'`;
  await stage.own.query(`
    BEGIN;
    ALTER TABLE clips ADD COLUMN later int NOT NULL DEFAULT 1;
    CREATE INDEX ON results (finished_at);
    INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('later', ${Date.UTC(2100, 0, 2)});
    COMMENT ON TABLE drizzle.__drizzle_migrations IS ${comment};
    COMMIT`);
}

test("a server goes on while a newer release migrates; one that starts then refuses, and names both", async () => {
  expect(RELEASE).toMatch(/^Dataclips \d+\.\d+\.\d+ \(tables \d{4}_[a-z-]+\)$/);
  const running = stage.start();
  const { url } = await running.ready();
  const clip = { database: "test", title: "A clip", sql: "SELECT 1 AS one", max_age_seconds: 0 };
  const { slug } = await stage.send(url, "POST", "/api/clips", clip);

  let busy = true;
  const statuses = new Set<number>();
  const working = (async () => {
    while (busy) {
      statuses.add((await stage.ask(url, "GET", `/clips/${slug}.json`)).status);
      statuses.add((await stage.ask(url, "POST", "/api/clips", clip)).status);
      statuses.add((await stage.ask(url, "PATCH", `/api/clips/${slug}`, { title: "Another title" })).status);
    }
  })();
  await migrateLater(NEWER);
  await until(() => statuses.size === 2);
  busy = false;
  await working;
  expect([...statuses].toSorted()).toEqual([200, 201]);
  expect(await stage.send(url, "GET", `/clips/${slug}.json`)).toMatchObject({ values: [[1]] });

  const words = `Dataclips' own database has the tables of ${NEWER}. This is ${RELEASE}.`;
  for (const args of [["serve"], ["migrate"]]) {
    const late = stage.start(stage.settings(), args);
    expect(await late.exited).toBe(1);
    expect(late.err()).toContain(words);
    expect(late.err()).toContain("Start that release or a later one.");
  }
  running.kill("SIGTERM");
  expect([await running.exited, running.err()]).toEqual([0, ""]);
}, 60_000);

test("tables that were made without a release's name are dated", async () => {
  await stage.own.query("ALTER TABLE clips DROP COLUMN IF EXISTS later");
  await migrateLater(null);
  const late = stage.start(stage.settings(), ["migrate"]);
  expect(await late.exited).toBe(1);
  expect(late.err()).toContain(`the tables of a newer release, of 2100-01-02 or later. This is ${RELEASE}.`);
});

test("a server that finds one of an older release, which cannot work beside it, says so once", async () => {
  const older = new pg.Client({
    connectionString: inject("cluster").own.replace(DATABASE, stage.ownName),
    application_name: "dataclips",
  });
  await older.connect();
  try {
    const started = stage.start();
    await started.ready();
    const second = stage.start();
    await second.ready();
    await until(() => second.err().includes("older_server_running"));
    const lines = started.err().split("\n").filter(Boolean);
    expect(lines).toEqual([
      expect.stringMatching(
        /level=warn event=older_server_running reason="a server of an older release .*cannot work beside Dataclips .* stop it" from="?a socket"? sessions=1$/,
      ),
    ]);
  } finally {
    await older.end();
  }
  const alone = stage.start();
  await alone.ready();
  alone.kill("SIGTERM");
  expect([await alone.exited, alone.err()]).toEqual([0, ""]);
}, 60_000);
