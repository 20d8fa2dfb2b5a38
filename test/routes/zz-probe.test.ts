import { test } from "vitest";
import pg from "pg";
import { startTestServer, until } from "../support/test-server.ts";
import { readerConnection } from "../../src/databases/reader-sessions.ts";
import { sendCancelRequest } from "../../src/runs/cancel-request.ts";
test("probe", async () => {
  const server = await startTestServer({ timeoutMs: 20000, maxRuns: 3 });
  for (const [label, conf] of [
    ["plain", server.readerUrl],
    ["reader", readerConnection(server.readerUrl)],
  ] as const) {
    const s = new pg.Client(conf as any);
    await s.connect();
    const q = s.query("select pg_sleep(6)").then(
      () => "slept",
      (e) => e.message,
    );
    await until(async () => (await server.busySessions()).length > 0);
    const t = performance.now();
    const c: any = new pg.Client(readerConnection(server.readerUrl));
    console.log(
      label,
      c.host,
      c.port,
      c.ssl,
      s.processID,
      (s as any).secretKey,
      c.connection === undefined,
      typeof (s as any).secretKey,
    );
    for (const e of ["connect", "error", "end", "close"]) {
      c.connection.on(e, (x: any) => console.log("ev", e, x?.message));
      c.connection.stream.on(e, (x: any) => console.log("stream", e, x?.message));
    }
    c.connection.stream.destroy();
    await sendCancelRequest(s, server.readerUrl);
    console.log("sent", performance.now() - t);
    console.log(await q, performance.now() - t);
    await s.end();
  }
  await server.close();
});
