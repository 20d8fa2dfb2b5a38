import { createServer, connect, type AddressInfo, type Socket } from "node:net";

/** What happens to a connection that sends a marked query: from then on, so many bytes of the answer come through. */
interface ProxyFault {
  /** A part of the query's text. */
  marker: string;
  /**
   * `cut` breaks the connection; `hold` keeps it and passes no more of the answer on until `release()`; `hold-query`
   * keeps the query itself back.
   */
  kind: "cut" | "hold" | "hold-query";
  /** Bytes of the server's answer that still come through; 0 by default. */
  afterBytes?: number;
  /** How many connections it happens to; the later ones are left alone. */
  times: number;
}

/** A follower that misbehaves: a TCP proxy in front of a real one, which listens on a Unix socket. */
export interface FollowerProxy {
  /** Sets the server that it stands before, and gives the URL by way of the proxy. */
  connectTo(readerUrl: string): string;
  /** Sets what happens to the next connections that send a marked query, and counts from 0 again. */
  misbehave(fault: ProxyFault): void;
  /** How many connections have sent the marked query so far. */
  readonly seen: number;
  /** Lets through what was held. */
  release(): void;
  close(): Promise<void>;
}

export async function startFollowerProxy(): Promise<FollowerProxy> {
  let socketPath = "";
  const sockets = new Set<Socket>();
  const held = new Set<() => void>();
  let fault: ProxyFault | undefined;
  let seen = 0;

  const server = createServer((near) => {
    const far = connect(socketPath);
    let mine: ProxyFault | undefined;
    let left = 0;
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    near.on("data", (data) => {
      if (mine === undefined && fault !== undefined && data.includes(fault.marker)) {
        seen++;
        if (seen <= fault.times) {
          mine = fault;
          left = fault.afterBytes ?? 0;
          if (mine.kind === "cut" && left === 0) return end();
          if (mine.kind === "hold-query") {
            left = Infinity;
            held.add(() => void far.write(data));
            return;
          }
        }
      }
      far.write(data);
    });
    far.on("data", (data) => {
      if (mine === undefined || data.length <= left) {
        left -= data.length;
        if (!near.write(data)) far.pause();
        return;
      }
      const { kind } = mine;
      const passed = data.subarray(0, left);
      if (kind === "cut") {
        near.write(passed, end);
        return;
      }
      near.write(passed);
      far.pause();
      const rest = data.subarray(left);
      held.add(() => {
        mine = undefined;
        near.write(rest);
        far.resume();
      });
    });
    near.on("drain", () => {
      if (mine === undefined || left > 0) far.resume();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;

  const release = (): void => {
    fault = undefined;
    for (const pass of held) pass();
    held.clear();
  };
  return {
    connectTo(readerUrl) {
      const { username, hostname, port, pathname } = new URL(readerUrl);
      socketPath = `${decodeURIComponent(hostname)}/.s.PGSQL.${port}`;
      return `postgres://${username}@127.0.0.1:${address.port}${pathname}`;
    },
    misbehave(next) {
      fault = next;
      seen = 0;
    },
    get seen() {
      return seen;
    },
    release,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
