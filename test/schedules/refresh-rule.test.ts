import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.close());

async function send(method: string, path: string, json?: unknown): Promise<{ status: number; body: any }> {
  const response = await server.request(path, { method, ...(json === undefined ? {} : { json }) });
  return { status: response.status, body: await response.json() };
}

const create = (fields: Record<string, unknown>) =>
  send("POST", "/api/clips", { database: "test", title: "T", sql: "SELECT 1 AS one", ...fields });
const form = (path: string, fields: Record<string, string>): Promise<Response> =>
  server.request(path, {
    method: "POST",
    body: new URLSearchParams({ database: "test", title: "T", sql: "SELECT 1 AS one", ...fields }),
    headers: { Origin: server.url },
  });

const RULE = { refresh: "schedule", cron: "0 7 * * 1-5", time_zone: "Europe/Berlin" };

test("a clip is live unless it says otherwise; a schedule shows its next times", async () => {
  expect((await create({})).body).toMatchObject({ refresh: "live", max_age_seconds: 60, cron: null, time_zone: null });
  const { status, body } = await create({ ...RULE, cron: " 0  7 * * 1-5" });
  expect(status).toBe(201);
  expect(body).toMatchObject(RULE);
  const shown = await send("GET", `/api/clips/${body.slug}`);
  expect(shown.body).toMatchObject(RULE);
  expect(shown.body.schedule).toStrictEqual({
    next: Array(3).fill(expect.stringMatching(/T0[56]:00:00.000Z$/)),
    last: null,
  });
  // UTC unless said.
  expect((await create({ refresh: "schedule", cron: "0 7 * * *" })).body).toMatchObject({ time_zone: "UTC" });
});

test.each([
  [{ refresh: "daily" }, 'The request is not right: refresh: must be "live", "schedule" or "manual".'],
  [{ refresh: "schedule" }, 'A clip whose refresh is "schedule" needs a cron line.'],
  [{ ...RULE, cron: null }, 'A clip whose refresh is "schedule" needs a cron line.'],
  [{ ...RULE, cron: 5 }, "The request is not right: cron: must be text."],
  [{ cron: "0 7 * * *" }, 'A clip whose refresh is "live" has no cron line and no time zone.'],
  [{ refresh: "manual", time_zone: "UTC" }, 'A clip whose refresh is "manual" has no cron line and no time zone.'],
  [{ ...RULE, cron: "0 0 31 2 *" }, 'The cron line "0 0 31 2 *" never fires: there is no such day.'],
  [{ ...RULE, time_zone: "Mars/Olympus" }, 'There is no time zone "Mars/Olympus".'],
  [
    { ...RULE, sql: "SELECT {{a}}::int, {{b:1}}::int, {{c}}::text" },
    "A clip on a schedule needs a default for every parameter: {{a}}, {{c}}.",
  ],
])("%j is refused", async (fields, message) => {
  const { status, body } = await create(fields);
  expect([status, body.error.code, body.error.message]).toStrictEqual([400, "invalid_request", message]);
});

test("a rule can be changed, in parts too", async () => {
  const path = `/api/clips/${(await create(RULE)).body.slug}`;
  const change = async (fields: unknown): Promise<unknown> => {
    const { body } = await send("PATCH", path, fields);
    return body.error?.message ?? [body.refresh, body.cron, body.time_zone, body.version];
  };
  expect(await change({ title: "Another" })).toStrictEqual(["schedule", "0 7 * * 1-5", "Europe/Berlin", 1]);
  expect(await change({ cron: "5 8 * * *" })).toStrictEqual(["schedule", "5 8 * * *", "Europe/Berlin", 1]);
  expect(await change({ time_zone: null })).toStrictEqual(["schedule", "5 8 * * *", "UTC", 1]);
  expect(await change({ sql: "SELECT {{n}}::int AS n" })).toBe(
    "A clip on a schedule needs a default for every parameter: {{n}}.",
  );
  expect(await change({ refresh: "manual" })).toStrictEqual(["manual", null, null, 1]);
  expect(await change({ sql: "SELECT {{n}}::int AS n" })).toStrictEqual(["manual", null, null, 2]);
  expect(await change({ refresh: "schedule", cron: "0 7 * * *" })).toBe(
    "A clip on a schedule needs a default for every parameter: {{n}}.",
  );
  expect(await change({ refresh: "schedule", cron: "0 7 * * *", sql: "SELECT 2" })).toStrictEqual([
    "schedule",
    "0 7 * * *",
    "UTC",
    3,
  ]);
  const restored = await send("POST", `${path}/versions`, { restore: 2 });
  expect([restored.status, restored.body.error.code]).toStrictEqual([400, "invalid_request"]);
});

test("a fork has its clip's rule", async () => {
  const { slug } = (await create({ ...RULE, max_age_seconds: 9 })).body;
  expect((await send("POST", `/api/clips/${slug}/fork`, {})).body).toMatchObject({ ...RULE, max_age_seconds: 9 });
});

test("the form saves a rule, and the page says it in words", async () => {
  const made = await form("/clips", { ...RULE, max_age_seconds: "60" });
  expect(made.status).toBe(303);
  const path = made.headers.get("Location")!;
  const page = async (): Promise<string> => (await server.request(path)).text();
  expect(await page()).toMatch(
    /Runs by the schedule <code>0 7 \* \* 1-5<\/code> in Europe\/Berlin, next on (Mon|Tue|Wed|Thu|Fri), \d+ \w+ \d{4},? (at )?07:00\./,
  );
  const edit = await (await server.request(`${path}/edit`)).text();
  expect(edit).toMatch(/<option value="schedule" selected[^>]*>/);
  expect(edit).toMatch(/name="cron" value="0 7 \* \* 1-5"/);
  expect(edit).toMatch(/name="time_zone" value="Europe\/Berlin"/);

  // The inputs of the rule that is not chosen are sent with it.
  expect((await form(`${path}/edit`, { ...RULE, refresh: "manual" })).status).toBe(303);
  expect(await page()).toContain("Runs only when somebody runs it by hand.");
  expect((await form(`${path}/edit`, { refresh: "live", max_age_seconds: "300" })).status).toBe(303);
  expect(await page()).toContain("Live: runs anew when somebody asks and the result is older than 300 s.");
});

test("the form says what is wrong with a schedule, and keeps what was written", async () => {
  const answer = await form("/clips", { ...RULE, cron: "0 0 31 2 *" });
  expect(answer.status).toBe(400);
  const html = await answer.text();
  expect(html).toContain("never fires: there is no such day.");
  expect(html).toMatch(/name="cron" value="0 0 31 2 \*"/);
});
