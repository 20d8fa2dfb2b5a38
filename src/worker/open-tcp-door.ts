import net from "node:net";

/** A TCP port of this machine that leads to a server. */
export interface TcpDoor {
  port: number;
  close(): Promise<void>;
}

/**
 * Opens a port that leads to a unix socket, for a PostgreSQL that has no other: Workers do not reach it; or to another
 * port. Who is behind the door hears at once (RST) when who is in front of it has gone, as Cloudflare's network does.
 */
export async function openTcpDoor(target: { path: string } | { port: number; host: string }): Promise<TcpDoor> {
  const open = new Set<net.Socket>();
  const server = net.createServer((outside) => {
    const inside = net.connect(target);
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(one);
      one.setNoDelay(true);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        if (other === inside && "port" in target) inside.resetAndDestroy();
        else other.destroy();
      });
    }
    outside.pipe(inside).pipe(outside);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
