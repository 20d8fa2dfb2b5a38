import { Socket } from "node:net";
import { ON_WORKERS } from "./on-workers.ts";

/** As much as Node reads at once by itself. */
const BUFFER_BYTES = 64 * 1024;

/** Sockets whose reader wants the buffer itself, and not a copy. */
const direct = new WeakSet<Socket>();

/**
 * A socket for node-postgres that reads into one buffer of its own, again and again. By itself Node allocates 64 KiB
 * for every read: a million rows are 9,000 reads, hundreds of megabytes of garbage, and a third of the CPU time.
 */
export function createReadSocket(): Socket {
  // Workers' sockets have no such buffer: what they read is the reader's to keep.
  if (ON_WORKERS) return new Socket();
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(BUFFER_BYTES),
      callback: (bytes, buffer) => {
        const data = Buffer.from(buffer.buffer, buffer.byteOffset, bytes);
        // node-postgres' parser keeps what it gets until a message is whole.
        socket.emit("data", direct.has(socket) ? data : Buffer.from(data));
        return true;
      },
    },
  } as ConstructorParameters<typeof Socket>[0]);
  return socket;
}

/** From now on, or no longer, what a socket's reader gets is only good until it returns. Other sockets do not mind. */
export function setDirect(socket: Socket, on: boolean): void {
  if (on) direct.add(socket);
  else direct.delete(socket);
}
