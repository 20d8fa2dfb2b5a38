import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

async function share(slug: string): Promise<{ id: string; url: string }> {
  const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST" });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; url: string };
}

/** What says nothing, in the table and in the API. */
const NO_RULES = {
  name: "",
  note: "",
  locked_parameters: {},
  open_parameters: null,
  origins: null,
  formats: null,
  requests_per_minute: null,
};

const NOT_FOUND = {
  error: {
    code: "not_found",
    message: "This link does not work.",
    hint: "It may be incomplete, or its owner has withdrawn it. Ask them for a new one.",
  },
};

test("a share opens the page and every format without any credentials", async () => {
  const clip = await server.createClip("SELECT {{n:1}}::int AS n, NULL AS nothing /* TOPSECRET-SQL */", {
    title: "Shared",
    description: "What it says",
  });
  const { id, url } = await share(clip.slug);
  expect({ id, url }).toStrictEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    url: expect.stringMatching(new RegExp(`^${server.url}/shares/[a-z]{28}$`)),
  });
  expect(url).not.toContain(clip.slug);

  const page = await fetch(`${url}?n=7`, { headers: { Accept: "text/html" } });
  const html = await page.text();
  expect([page.status, page.headers.get("Content-Type")]).toStrictEqual([200, "text/html; charset=UTF-8"]);
  expect(html).toContain("<h1>Shared</h1>");
  expect(html).toContain("What it says");
  expect(html).toContain('<td class="number">7</td><td><span class="null">NULL</span></td>');
  expect(html).not.toContain("TOPSECRET-SQL");
  expect(html).not.toContain("SELECT");
  expect(html).not.toContain(clip.slug);
  expect(html).not.toMatch(/<nav|href="\/"|sign-in/);
  expect(html).toContain(`${new URL(url).pathname}.csv?n=7`);

  const csv = await fetch(`${url}.csv`);
  expect(csv.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(csv.headers.get("Access-Control-Expose-Headers")).toBe("*");
  expect(csv.headers.get("Access-Control-Allow-Credentials")).toBeNull();
  expect(csv.headers.get("Content-Disposition")).toBe('attachment; filename="shared.csv"');
  expect(await csv.text()).toBe("n,nothing\n1,\n");
  const json = await fetch(`${url}-any-words.json?n=2`);
  expect(json.headers.get("Access-Control-Allow-Origin")).toBe("*");
  const text = await json.text();
  expect(text).not.toContain("TOPSECRET-SQL");
  expect(JSON.parse(text)).toMatchObject({
    title: "Shared",
    fields: ["n", "nothing"],
    values: [[2, null]],
    row_count: 1,
  });
  const ndjson = await fetch(`${url}.ndjson?rows=objects`);
  expect(ndjson.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect((await ndjson.text()).split("\n")[1]).toBe('{"n":1,"nothing":null}');
});

test("only the secret's hash is kept, and it is never said again", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const { id, url } = await share(slug);
  const secret = url.slice(-28);
  const { rows } = await server.own.query("SELECT * FROM shares WHERE id = $1", [id]);
  expect(rows).toStrictEqual([
    {
      id,
      clip_id: expect.any(String),
      secret_hash: createHash("sha256").update(secret).digest("hex"),
      pinned_result_id: null,
      ...NO_RULES,
      expires_at: null,
      signed: false,
      password_hash: null,
      created_by: "token",
      created_at: expect.any(Date),
      revoked_at: null,
    },
  ]);
  const listed = await server.request(`/api/clips/${slug}/shares`);
  expect(await listed.json()).toStrictEqual({
    shares: [
      {
        id,
        clip: { slug, title: "A clip", deleted: false },
        ...NO_RULES,
        result: null,
        expires_at: null,
        expired: false,
        has_password: false,
        signed: false,
        created_at: expect.stringMatching(/^20\d\d-.*Z$/),
        created_by: "token",
        uses: 0,
        last_used_at: null,
        last_used_from: null,
      },
    ],
  });
  // The hash does not open it, and neither does the id or the clip's own slug.
  for (const other of [rows[0].secret_hash, id, slug]) {
    expect((await fetch(`${server.url}/shares/${other}.csv`)).status).toBe(404);
  }
});

test("a revoked share stops at once; the clip's others go on", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { max_age_seconds: 3600 });
  const [first, second] = [await share(slug), await share(slug)];
  const known = await fetch(`${first.url}.csv`);
  expect(await known.text()).toBe("a\n1\n");
  const revoked = await server.request(`/api/shares/${first.id}`, { method: "DELETE" });
  expect([revoked.status, await revoked.text()]).toStrictEqual([204, ""]);
  for (const ending of ["", ".csv", ".json", ".ndjson"]) {
    const gone = await fetch(first.url + ending, { headers: { "If-None-Match": known.headers.get("ETag")! } });
    expect([gone.status, await gone.json()]).toStrictEqual([404, NOT_FOUND]);
  }
  expect(await (await fetch(`${second.url}.csv`)).text()).toBe("a\n1\n");
  const listed = (await (await server.request(`/api/clips/${slug}/shares`)).json()) as { shares: { id: string }[] };
  expect(listed.shares.map(({ id }) => id)).toStrictEqual([second.id]);
  const again = await server.request(`/api/shares/${first.id}`, { method: "DELETE" });
  expect([again.status, await again.json()]).toStrictEqual([
    404,
    { error: { code: "not_found", message: "There is no such share, or it is revoked already." } },
  ]);
  for (const id of ["x", "-".repeat(36), "0".repeat(36), "00000000-0000-0000-0000-000000000000"]) {
    expect((await server.request(`/api/shares/${id}`, { method: "DELETE" })).status).toBe(404);
  }
});

test("a share shows the current result only", async () => {
  const { slug } = await server.createClip("SELECT 1 AS old");
  const { url } = await share(slug);
  await (await fetch(`${url}.csv`)).text();
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2 AS new" } });
  expect(await (await fetch(`${url}.csv`)).text()).toBe("new\n2\n");
  for (const query of ["result=1", "version=1"]) {
    for (const ending of [".csv", ".json", ""]) {
      const refused = await fetch(`${url}${ending}?${query}`);
      expect([refused.status, ((await refused.json()) as any).error.code]).toStrictEqual([400, "invalid_request"]);
    }
  }
});

test("a share's errors are the API's, readable for scripts of other sites", async () => {
  const { slug } = await server.createClip("SELECT 1 / {{by:0}}::int AS a /* TOPSECRET-SQL */");
  const { url } = await share(slug);
  const failed = await fetch(`${url}.json`);
  expect(failed.status).toBe(422);
  expect(failed.headers.get("Access-Control-Allow-Origin")).toBe("*");
  expect(await failed.json()).toMatchObject({ error: { code: "query_failed", sqlstate: "22012" } });
  const page = await fetch(url, { headers: { Accept: "text/html" } });
  const html = await page.text();
  expect(page.status).toBe(422);
  expect(html).toContain("division by zero");
  expect(html).not.toContain("TOPSECRET-SQL");
});

test("an unknown secret says nothing about what there is", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const { url } = await share(slug);
  const secret = url.slice(-28);
  for (const wrong of ["z".repeat(28), secret.toUpperCase(), secret.slice(1), `${secret}a`, "x"]) {
    for (const ending of ["", ".csv"]) {
      const response = await fetch(`${server.url}/shares/${wrong}${ending}`);
      expect([response.status, await response.json()]).toStrictEqual([404, NOT_FOUND]);
    }
  }
});

test("sharing takes no field that there is not, and says so", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { expires: "tomorrow" } });
  expect([response.status, await response.json()]).toStrictEqual([
    400,
    { error: { code: "invalid_request", message: 'The request is not right: Unrecognized key: "expires".' } },
  ]);
});
