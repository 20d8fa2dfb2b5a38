import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createApp } from "../../src/app.ts";
import type { Deps } from "../../src/deps.ts";

/** Serves an application that has to know its own address before it is made, over real HTTP. */
export async function serveApp(
  makeDeps: (url: string) => Deps | Promise<Deps>,
): Promise<{ url: string; close: () => Promise<void> }> {
  let app: ReturnType<typeof createApp> | undefined;
  const server = createAdaptorServer({ fetch: (request, env) => app!.fetch(request, env) }) as Server;
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app = createApp(await makeDeps(url));
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
