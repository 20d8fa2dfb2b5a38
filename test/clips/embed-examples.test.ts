import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { embedExamples, exampleValues } from "../../src/clips/embed-examples.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { makeSigned, type SignedShare } from "../routes/sign-embed.ts";
import { signInBrowser } from "../routes/sign-in-browser.ts";

let server: TestServer;
let share: SignedShare;
let directory: string;
beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), "examples-"));
  const sql =
    'SELECT {{customer:42}}::int AS customer, {{word:it\'s "x" $(id)}}::text AS word, {{day:2026-11-01}}::date AS day';
  share = await makeSigned(server, { locked_parameters: { day: "2026-01-31" } }, { sql });
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(async () => {
  await rm(directory, { recursive: true });
  await server.close();
});

/** By what each language's example is run. */
const RUN: Readonly<Record<string, { file: string; command: string }>> = {
  Node: { file: "example.mjs", command: "node" },
  Python: { file: "example.py", command: "python3" },
  Shell: { file: "example.sh", command: "sh" },
};

/** What a program prints that is run as it is written, with the key in its environment. */
async function run(language: string, code: string): Promise<string> {
  const { file, command } = RUN[language]!;
  await writeFile(join(directory, file), code);
  const env = { PATH: process.env["PATH"], DATACLIPS_SIGNING_KEY: share.key };
  const { stdout } = await promisify(execFile)(command, [file], { cwd: directory, env });
  return stdout.trim();
}

test.each(Object.keys(RUN))(
  "the example in %s, as the share's page shows it, prints an address that works",
  async (language) => {
    const browser = await signInBrowser(server);
    const html = await (await browser.get(`/share-list/${share.id}`)).text();
    const [, shown] = new RegExp(`<summary>${language}</summary><div class="copy-block"><pre[^>]*>([^<]+)</pre>`).exec(
      html,
    )!;
    const code = shown!
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&");
    const lines = code.split("\n").filter((line) => line.trim() !== "");
    expect(lines.length).toBeLessThanOrEqual(10);
    const url = await run(language, code);
    expect(url).toMatch(new RegExp(`^${server.url}/embeds/[\\w-]+\\.[\\w-]+\\.[\\w-]{43}$`));
    expect(await (await fetch(`${url}.csv`)).text()).toBe("customer,word,day\n42,,2026-01-31\n");
    expect((await fetch(`${url}.csv?customer=7`)).status).toBe(400);
  },
);

test("the README has the same examples", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const examples = embedExamples({
    baseUrl: "https://clips.example.com",
    shareId: "<share>",
    slug: "<slug>",
    parameters: { customer: "42" },
  });
  for (const { language, code } of examples) {
    const block = code.trimEnd().replaceAll(/^(?=.)/gm, "    ");
    expect([language, readme.includes(block)]).toStrictEqual([language, true]);
  }
});

test("an example has only values that are plain words, and not those that the share locks", () => {
  const parameters = Object.entries({
    a: "1",
    b: "it's",
    c: "$(id)",
    d: "`id`",
    e: "\\",
    f: '"',
    g: null,
    h: "2026-01-01 10:00",
    i: "x",
  });
  const named = parameters.map(([name, value]) => ({ name, default: value }));
  expect(exampleValues(named, { i: "y" })).toStrictEqual({
    a: "1",
    b: null,
    c: null,
    d: null,
    e: null,
    f: null,
    g: null,
    h: "2026-01-01 10:00",
  });
});
