import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, TOKEN, until } from "../support/test-server.ts";
import { asBrowser, type MadeShare, shareOf } from "./make-share.ts";
import { embedPath, signedOf } from "./sign-embed.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

const ENDLESS = "SELECT pg_sleep(600)";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer({ maxRuns: 1 }, undefined, { pageWaitMs: 100 });
  browser = await signInBrowser(server);
});
afterEach(async () => {
  await server.deps.runs.drain(0);
  await until(async () => (await server.busySessions()).length === 0);
});
afterAll(() => server.close());

/** What a page without its result says, and where it goes on. */
interface RunningPage {
  status: number;
  html: string;
  /** What the panel says. */
  said: string;
  /** Where a browser without JavaScript looks next. */
  next: string;
  progress: string;
}

async function readRunning(response: Response): Promise<RunningPage> {
  const html = await response.text();
  const find = (pattern: RegExp): string => (pattern.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");
  return {
    status: response.status,
    html,
    said: find(/<p class="said">([^<]*)/),
    next: find(/<noscript><meta http-equiv="refresh" content="2; url=([^"]+)"\/><\/noscript>/),
    progress: find(/data-progress="([^"]+)"/),
  };
}

/** Fills the one place of the database, until it is freed. */
async function block(): Promise<() => Promise<void>> {
  const { slug } = await server.createClip(ENDLESS);
  const started = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: {} });
  const { id } = (await started.json()) as { id: string };
  await until(async () => (await server.sleepingQueries()).length === 1);
  return async () => void (await server.request(`/api/runs/${id}`, { method: "DELETE" }));
}

/** The lines of a stream of progress, as they come. */
async function followProgress(path: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(server.url + path, {
    headers: { Accept: "application/x-ndjson", ...headers },
    signal: abort.signal,
  });
  const lines: Record<string, unknown>[] = [];
  const read = async (): Promise<void> => {
    let rest = "";
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + piece).split("\n");
      rest = parts.pop()!;
      lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
    }
  };
  const ended = read().catch(() => {});
  return { response, lines, ended, leave: () => abort.abort() };
}

const statesOf = async (slug: string): Promise<string[]> => {
  const { rows } = await server.own.query<{ state: string }>(
    "SELECT r.state FROM runs AS r JOIN clips AS c ON c.id = r.clip_id WHERE c.slug = $1 ORDER BY r.created_at",
    [slug],
  );
  return rows.map(({ state }) => state);
};

const runsOf = (path: string): string => new URL(path, "http://server").searchParams.get("_run")!;

/** Asks for the next page as a browser without JavaScript does, until it has something else to show. */
async function comeBack(page: Pick<RunningPage, "next">, get: (path: string) => Promise<Response>): Promise<Response> {
  let { next } = page;
  for (;;) {
    const response = await get(next);
    if (response.status !== 202) return response;
    ({ next } = await readRunning(response));
  }
}

const getPublic = (path: string): Promise<Response> => asBrowser(server.url + path);

test("a clip's page does not wait for a run that takes long: it says how far it is, and comes again", async () => {
  const { slug } = await server.createClip(ENDLESS);
  const page = await readRunning(await browser.get(`/clips/${slug}`));
  expect(page).toMatchObject({
    status: 202,
    said: expect.stringMatching(/^(Starting|Running( on follower)?) … [\d.]+ s$/),
  });
  expect(page.next).toMatch(new RegExp(`^/clips/${slug}[^?]*\\?_run=[0-9a-f-]{36}&_lease=[0-9a-f-]{36}$`));
  const again = await readRunning(await browser.get(page.next));
  // The same run, however often one comes.
  expect([again.status, runsOf(again.next)]).toEqual([202, runsOf(page.next)]);
  expect(again.next).not.toBe(page.next);
  await until(async () => (await server.sleepingQueries()).length === 1);
  expect(await statesOf(slug)).toEqual(["running"]);
});

test("nothing keeps such a page, and its policy lets it come again", async () => {
  const { slug } = await server.createClip(ENDLESS);
  const { headers } = await browser.get(`/clips/${slug}`);
  expect(headers.get("Cache-Control")).toBe("no-store");
  expect(headers.get("Content-Security-Policy")).not.toContain("sandbox");
});

test("nobody comes back: the run is cancelled, of a clip, of a share, of an embed and of a form", async () => {
  const { slug } = await server.createClip(ENDLESS, { max_age_seconds: 0 });
  const share = await shareOf(server, slug, {});
  const pages = [
    await browser.get(`/clips/${slug}`),
    await getPublic(share.path),
    await getPublic(`${share.path}/embed`),
  ];
  expect(pages.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect((await browser.post(`/clips/${slug}/run`)).status).toBe(303);
  await until(async () => (await server.sleepingQueries()).length === 1);
  await until(async () => (await server.busySessions()).length === 0);
  await until(async () => (await statesOf(slug)).join() === "cancelled,cancelled");
  // And says so to who comes too late.
  const late = await browser.get((await readRunning(pages[0]!)).next);
  expect([late.status, await late.text()]).toMatchObject([
    expect.any(Number),
    expect.stringContaining("The run was cancelled: nobody was waiting for it any more."),
  ]);
  expect(late.status).toBeGreaterThanOrEqual(400);
});

test("the page says which place its run has, and shows the result without running it again", async () => {
  const free = await block();
  const clips = await Promise.all(
    [1, 2].map((n) => server.createClip(`SELECT 'it is ' || ${n} AS n`, { max_age_seconds: 0 })),
  );
  const pages: RunningPage[] = [];
  for (const { slug } of clips) pages.push(await readRunning(await browser.get(`/clips/${slug}`)));
  expect(pages.map(({ said }) => said)).toEqual([
    expect.stringMatching(/^Next in the queue for test \(1 running\) … [\d.]+ s$/),
    expect.stringMatching(/^Second in the queue for test \(1 running\) … [\d.]+ s$/),
  ]);
  await free();
  for (const [index, page] of pages.entries()) {
    const shown = await comeBack(page, browser.get);
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain(`<td>it is ${index + 1}</td>`);
    await until(async () => (await statesOf(clips[index]!.slug)).join() === "done");
  }
});

test("a share of a clip whose results are never old shows the result of the run that it has waited for", async () => {
  const free = await block();
  const { slug } = await server.createClip("SELECT {{who:you}}::text AS who", { max_age_seconds: 0 });
  const share = await shareOf(server, slug, {});
  const waiting: [string, RunningPage][] = [];
  for (const path of [`${share.path}?who=me`, `${share.path}/embed?who=me&theme=dark`]) {
    const response = await getPublic(path);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    waiting.push([path, await readRunning(response)]);
  }
  expect(waiting.map(([, { status }]) => status)).toEqual([202, 202]);
  await free();
  for (const [path, page] of waiting) {
    const shown = await comeBack(page, getPublic);
    expect([path, shown.status, await shown.text()]).toEqual([path, 200, expect.stringContaining("<td>me</td>")]);
  }
  await until(async () => (await statesOf(slug)).join() === "done");
  // Of that run only, and with what it ran with: else it is run.
  const { next } = waiting[0]![1];
  const other = await comeBack({ next: next.replace("who=me", "who=somebody") }, getPublic);
  expect(await other.text()).toContain("<td>somebody</td>");
  const no = "00000000-0000-0000-0000-000000000000";
  const unknown = await comeBack({ next: `${share.path}?who=me&_run=${no}` }, getPublic);
  expect(await unknown.text()).toContain("<td>me</td>");
  await until(async () => (await statesOf(slug)).join() === "done,done,done");
});

test("what is wrong with the run is said in the result's place, with its status, and is not run again", async () => {
  const free = await block();
  const { slug } = await server.createClip("SELECT 1 / {{by:0}}::int AS n", { max_age_seconds: 0 });
  const share = await shareOf(server, slug, {});
  const page = await readRunning(await getPublic(share.path));
  await free();
  const failed = await comeBack(page, getPublic);
  expect([failed.status, await failed.text()]).toEqual([422, expect.stringContaining("division by zero")]);
  await until(async () => (await statesOf(slug)).join() === "failed");
  // What is known at once is said at once.
  const { slug: unfilled } = await server.createClip("SELECT {{n}}::int AS n");
  const atOnce = await browser.get(`/clips/${unfilled}`);
  expect([atOnce.status, await atOnce.text()]).toEqual([400, expect.stringContaining("n")]);
});

test("programs wait", async () => {
  const free = await block();
  const { slug } = await server.createClip("SELECT 'waited for' AS n");
  const waiting = fetch(`${server.url}/clips/${slug}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  await until(() => server.deps.runs.queue(server.deps.databases.get("test")).waiting === 1);
  await free();
  const response = await waiting;
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("waited for")]);
});

test("a clip's run says how far it is to who may see it; who follows it and leaves, cancels it at once", async () => {
  const { slug } = await server.createClip(ENDLESS);
  const page = await readRunning(await browser.get(`/clips/${slug}`));
  expect(page.progress).toMatch(/^\/api\/runs\/[0-9a-f-]{36}\?_run=/);
  const followed = await followProgress(page.progress, { Cookie: browser.cookie });
  expect(followed.response.headers.get("Content-Type")).toBe("application/x-ndjson");
  await until(() => followed.lines.some(({ follower }) => follower === "follower"));
  expect(followed.lines.at(-1)).toMatchObject({ clip: slug, state: "running", queue_position: null, row_count: 0 });
  await until(async () => (await server.sleepingQueries()).length === 1);
  followed.leave();
  await until(async () => (await statesOf(slug)).join() === "cancelled");
  await until(async () => (await server.busySessions()).length === 0);
  const nobody = await followProgress(page.progress);
  expect(nobody.response.status).toBe(401);
  await nobody.ended;
});

test("who follows a run that others wait for leaves it to them", async () => {
  const { slug } = await server.createClip(ENDLESS);
  const [one, other] = [await browser.get(`/clips/${slug}`), await browser.get(`/clips/${slug}`)];
  const follow = async (page: Response) =>
    followProgress((await readRunning(page)).progress, { Cookie: browser.cookie });
  const [leaving, staying] = [await follow(one), await follow(other)];
  await until(async () => (await server.sleepingQueries()).length === 1);
  leaving.leave();
  await leaving.ended;
  const states = staying.lines.length;
  expect(states).toBeGreaterThan(0);
  expect(await statesOf(slug)).toEqual(["running"]);
  staying.leave();
  await until(async () => (await statesOf(slug)).join() === "cancelled");
});

test("a share's run says its progress, and nothing else", async () => {
  const free = await block();
  const { slug } = await server.createClip("SELECT {{locked:secret}}::text AS a, {{open:x}}::text AS b", {
    max_age_seconds: 0,
  });
  const share = await shareOf(server, slug, { locked_parameters: { locked: "hidden" }, open_parameters: ["open"] });
  const page = await readRunning(await getPublic(`${share.path}?open=y`));
  expect(page.html).not.toContain("hidden");
  const followed = await followProgress(page.progress);
  await until(() => followed.lines.length > 0);
  expect(followed.lines[0]).toStrictEqual({
    state: "queued",
    queue_position: 1,
    queue_running: 1,
    row_count: 0,
    bytes: 0,
  });
  await free();
  await followed.ended;
  expect(followed.lines.at(-1)).toStrictEqual({
    state: "done",
    queue_position: null,
    queue_running: null,
    row_count: 1,
    bytes: expect.any(Number),
  });
  const shown = await comeBack(page, getPublic);
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining("<td>hidden</td><td>y</td>")]);
  // Of no other run: not of other values, and not of another share's clip.
  const foreign = await shareOf(server, (await server.createClip("SELECT 1 AS n")).slug, {});
  for (const path of [
    page.progress.replace("open=y", "open=z"),
    page.progress.replace(share.path, foreign.path).replace("open=y&", ""),
    `${share.path}/run?open=y`,
    `${share.path}/run?open=y&_run=1`,
  ]) {
    const refused = await followProgress(path);
    expect([path, refused.response.status]).toEqual([path, 404]);
    await refused.ended;
  }
});

test("a signed embed's run is followed by the same token", async () => {
  const { slug } = await server.createClip(ENDLESS, { max_age_seconds: 0 });
  const path = embedPath(await signedOf(server, slug));
  const page = await readRunning(await getPublic(`${path}/embed`));
  expect([page.status, page.progress.startsWith(`${path}/run?_run=`)]).toEqual([202, true]);
  const followed = await followProgress(page.progress);
  await until(async () => (await server.sleepingQueries()).length === 1);
  followed.leave();
  await until(async () => (await statesOf(slug)).join() === "cancelled");
});

test("a share's password stands before its run's progress too", async () => {
  const { slug } = await server.createClip(ENDLESS, { max_age_seconds: 0 });
  const share = await shareOf(server, slug, { password: "open, sesame" });
  const given = await fetch(server.url + share.path, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html", Origin: server.url },
    body: new URLSearchParams({ password: "open, sesame" }),
  });
  const cookie = given.headers.getSetCookie()[0]!.split(";")[0]!;
  const page = await readRunning(await asBrowser(server.url + share.path, { Cookie: cookie }));
  expect(page.status).toBe(202);
  const refused = await followProgress(page.progress);
  expect(refused.response.status).toBe(401);
  await refused.ended;
  const followed = await followProgress(page.progress, { Cookie: cookie });
  await until(() => followed.lines.length > 0);
  expect(followed.lines[0]).toMatchObject({ row_count: 0 });
  followed.leave();
  await until(async () => (await statesOf(slug)).join() === "cancelled");
});

async function revoke({ id }: MadeShare): Promise<void> {
  await server.request(`/api/shares/${id}`, { method: "DELETE" });
}

test("a share that is revoked meanwhile says no more of its run, which is cancelled", async () => {
  const { slug } = await server.createClip(ENDLESS, { max_age_seconds: 0 });
  const share = await shareOf(server, slug, {});
  const page = await readRunning(await getPublic(share.path));
  const followed = await followProgress(page.progress);
  await until(async () => (await server.sleepingQueries()).length === 1);
  await revoke(share);
  await followed.ended;
  await until(async () => (await statesOf(slug)).join() === "cancelled");
  for (const path of [page.next, page.progress]) {
    const response = await getPublic(path);
    expect([response.status, await response.text()]).toEqual([404, expect.not.stringContaining(slug)]);
  }
});

test("a new run by the form is a page too: it says how far it is, and shows that run's result", async () => {
  const { slug } = await server.createClip("SELECT {{n:1}}::int AS n, clock_timestamp() AS at");
  await browser.post(`/clips/${slug}/run`, { n: "7" });
  const free = await block();
  const sent = await browser.post(`/clips/${slug}/run`, { n: "7" });
  expect(sent.status).toBe(303);
  const page = await readRunning(await browser.get(sent.headers.get("Location")!));
  expect(page).toMatchObject({
    status: 202,
    said: expect.stringMatching(/^Next in the queue for test \(1 running\) … /),
  });
  expect(page.html).toContain('value="7"');
  await free();
  const shown = await comeBack(page, browser.get);
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining(`${slug}-a-clip.csv?result=2`)]);
  await until(async () => (await statesOf(slug)).join() === "done,done");
});
