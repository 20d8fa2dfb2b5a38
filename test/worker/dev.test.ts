import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";
import { until } from "../support/test-server.ts";
import { FULL } from "../support/full.ts";

const TOKEN = "a-token-for-this-test-only";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

test.runIf(FULL)("npm run worker:dev serves the samples from a real follower, and leaves nothing behind", async () => {
  const port = await freePort();
  const directory = await temporaryDirectory();
  const dev = spawn("npm", ["run", "--silent", "worker:dev"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { ...process.env, PORT: String(port), DATACLIPS_DATA: directory.path, DATACLIPS_TOKEN: TOKEN },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [dev.stdout, dev.stderr]) stream.on("data", (text: Buffer) => (said += text));
  const exited = once(dev, "exit");
  const get = async (path: string): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return response;
  };
  try {
    await until(async () => {
      if (dev.exitCode !== null) throw new Error(said);
      return (await fetch(`http://127.0.0.1:${port}/sign-in`).catch(() => null))?.status === 200;
    });
    expect(said).toMatch(/Make your account \(once, within a day\): http:\/\/localhost:\d+\/set-up\?link=/);
    const { clips } = (await (await get("/api/clips")).json()) as { clips: { slug: string; title: string }[] };
    const { slug } = clips.find(({ title }) => title === "Weekly revenue and growth")!;
    const csv = await (await get(`/clips/${slug}.csv`)).text();
    expect(csv.split("\n").length).toBeGreaterThan(10);
    const json = (await (await get(`/clips/${slug}.json`)).json()) as { follower: { name: string }; values: unknown[] };
    expect(json.values.length).toBe(csv.split("\n").length - 2);
    expect((await (await get(`/clips/${slug}.ndjson`)).text()).split("\n")).toHaveLength(json.values.length + 3);
    expect(await (await get(`/clips/${slug}`)).text()).toContain("Weekly revenue and growth");
  } finally {
    process.kill(-dev.pid!, "SIGINT");
    await exited;
  }
  // The group is gone: PostgreSQL, wrangler, workerd.
  await until(() => {
    try {
      process.kill(-dev.pid!, 0);
      return false;
    } catch {
      return true;
    }
  });
  await directory.remove();
});
