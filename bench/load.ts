import net from "node:net";

/**
 * Asks for the same thing again and again on several connections, and prints how often it got it in a second. It only
 * counts bytes: a client that parsed responses would need more of the machine than the server that is measured.
 * `load.ts <port> <path> <seconds> <connections> [Accept-Encoding]`
 */
const [port, path, seconds, connections, acceptEncoding] = process.argv.slice(2);
const accept = acceptEncoding === undefined ? "" : `Accept-Encoding: ${acceptEncoding}\r\n`;
const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${accept}\r\n`);
let count = 0;
let over = false;

/** One connection: a request at a time. The next response may be of another length: its Age has more digits. */
function connect(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = net.connect(Number(port), "127.0.0.1");
  /** Bytes of the response that are still to come; null while its head is. */
  let missing: number | null = null;
  socket.setNoDelay(true);
  socket.on("connect", () => void socket.write(request));
  socket.on("error", reject);
  socket.on("data", (data: Buffer) => {
    if (missing === null) {
      const head = data.indexOf("\r\n\r\n");
      const text = data.subarray(0, Math.max(0, head)).toString("latin1");
      const [, length] = /\r\ncontent-length: (\d+)/i.exec(text) ?? [];
      if (head < 0 || !text.startsWith("HTTP/1.1 200") || length === undefined) {
        reject(new Error(`An answer that was not expected:\n${text}`));
        return;
      }
      missing = Number(length) - (data.length - head - 4);
    } else {
      missing -= data.length;
    }
    if (missing > 0) return;
    missing = null;
    count++;
    if (over) {
      socket.destroy();
      resolve();
    } else {
      socket.write(request);
    }
  });
  return promise;
}

const start = performance.now();
setTimeout(() => (over = true), Number(seconds) * 1000);
await Promise.all(Array.from({ length: Number(connections) }, connect));
console.log((count / (performance.now() - start)) * 1000);
