import pg from "pg";
import { readerConnection } from "./reader-sessions.ts";

const TIMEOUT_MS = 3_000;

/**
 * Asks a server to cancel what a session is running: a connection of its own that carries nothing but the session's
 * process id and secret key ("Canceling Requests in Progress" in PostgreSQL's protocol documentation). Resolves when
 * the server has taken it (it closes the connection, and says nothing), or could not be asked; never rejects.
 */
export async function sendCancelRequest(session: pg.Client, url: string): Promise<void> {
  const { processID, secretKey } = session as unknown as { processID: number | null; secretKey: number };
  if (processID === null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const client = new pg.Client(readerConnection(url)) as pg.Client & { ssl: unknown; host: string; port: number };
  const connection = (client as unknown as { connection: pg.Connection & CancelConnection }).connection;
  const timer = setTimeout(resolve, TIMEOUT_MS);
  connection.on("error", () => resolve());
  connection.on("end", () => resolve());
  const cancel = (): void => connection.cancel(processID, secretKey);
  if (client.ssl) {
    connection.on("connect", () => connection.requestSsl());
    connection.on("sslconnect", cancel);
  } else {
    connection.on("connect", cancel);
  }
  if (client.host.startsWith("/")) connection.connect(`${client.host}/.s.PGSQL.${client.port}`);
  else connection.connect(client.port, client.host);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    connection.stream.destroy();
  }
}

/** What node-postgres' own Client calls, and its types leave out. */
interface CancelConnection {
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
}
