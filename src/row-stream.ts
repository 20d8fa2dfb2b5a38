import type { Socket } from "node:net";
import type pg from "pg";
import { DATA_ROW, int32At } from "./results/frames.ts";
import { setDirect } from "./read-socket.ts";

/** A column as RowDescription names it; the OID is the base type's where the column is of a domain. */
export interface Field {
  name: string;
  typeOid: number;
}

export interface RowStreamOptions {
  /** One statement, with $1 … in it. */
  text: string;
  /** Values in text form; PostgreSQL infers their types. */
  values: readonly (string | null)[];
  /** Asks for values in binary form; the text form is the default. */
  binary?: boolean;
  /**
   * Asks for the rows in portions, inside of a transaction: for a socket that cannot be paused, or that a pooler reads
   * ahead of. Paused is then that no next portion is asked for. PostgreSQL plans no parallel query for a portal that is
   * read in parts.
   */
  portions?: boolean;
  /** Bytes of a row over which `onHugeRow` is called in place of reading it. */
  maxRowBytes: number;
  /** Called once, before any row. */
  onFields: (fields: Field[]) => void;
  /** Called with frames of whole rows as they come off the socket; their buffer is only good until this returns. */
  onRows: (frames: Buffer, rows: number) => void;
  /** Called with the length that a row's header says, before the row is read. */
  onHugeRow: (bytes: number) => void;
}

/** A query whose rows are being read. */
export interface RowStream {
  /** Resolves when the server is ready for the next query; rejects with its error, or that of the connection. */
  done: Promise<void>;
  /** Whether `done` has settled. */
  isFinished(): boolean;
  pause(): void;
  resume(): void;
  /** From now on rows are thrown away: nobody wants them, but the end of the query is waited for. */
  drop(): void;
}

type Wire = Omit<pg.Connection, "stream"> & {
  stream: Socket;
  parse(query: { text: string }): void;
  bind(config: { values: readonly (string | null)[]; binary: boolean }): void;
  describe(message: { type: "P" | "S" }): void;
  execute(config: { rows?: number }): void;
  flush(): void;
  sync(): void;
};

/**
 * Runs one statement by the extended protocol (one statement by construction) and hands out its DataRow messages as
 * they came off the wire, in pieces of whole rows: no string and no object is made of a value. The connection's own
 * parser gets every other message, in full and in order, so that node-postgres goes on as after any query of its own.
 */
export function streamRows(client: pg.Client, options: RowStreamOptions): RowStream {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  let stream: Wire["stream"] | undefined;
  let restore = (): void => {};
  let drop = (): void => {};
  let finished = false;
  let failure: Error | undefined;
  const flow = createFlow(options.portions ?? false);
  const settle = (): void => {
    finished = true;
    restore();
    if (failure) reject(failure);
    else resolve();
  };

  client.query({
    submit(connection: Wire) {
      stream = connection.stream;
      const parsers = stream.listeners("data") as ((data: Buffer) => void)[];
      const splitter = createSplitter({
        maxRowBytes: options.maxRowBytes,
        onRows(frames, rows) {
          flow.count(frames.length, rows);
          options.onRows(frames, rows);
        },
        onHugeRow: options.onHugeRow,
        onOther: (message) => {
          for (const parser of parsers) parser(message);
        },
      });
      drop = () => {
        splitter.drop();
        flow.end();
      };
      for (const parser of parsers) stream.off("data", parser);
      stream.on("data", splitter.read);
      setDirect(stream, true);
      const onEnd = (): void => {
        failure ??= new Error("Connection terminated unexpectedly");
        settle();
      };
      connection.once("readyForQuery", settle);
      connection.once("end", onEnd);
      restore = () => {
        setDirect(stream!, false);
        stream?.off("data", splitter.read);
        for (const parser of parsers) stream?.on("data", parser);
        connection.off("readyForQuery", settle);
        connection.off("end", onEnd);
        restore = () => {};
      };
      stream.cork();
      connection.parse({ text: options.text });
      connection.bind({ values: options.values, binary: options.binary ?? false });
      connection.describe({ type: "P" });
      flow.begin(connection);
      stream.uncork();
    },
    handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }) {
      options.onFields(fields.map(({ name, dataTypeID }) => ({ name, typeOid: dataTypeID })));
    },
    handleCommandComplete: flow.end,
    handleEmptyQuery: flow.end,
    handlePortalSuspended: flow.goOn,
    /** After an error of the server, readyForQuery or the connection's end follows; after others nothing does. */
    handleError(error: Error & { severity?: string }) {
      failure = error;
      if (error.severity === undefined) settle();
      else flow.end();
    },
    handleReadyForQuery() {},
  } as unknown as pg.Submittable);

  return {
    done,
    pause: () => (options.portions ? flow.pause() : void stream?.pause()),
    resume: () => (options.portions ? flow.resume() : void stream?.resume()),
    drop: () => drop(),
    isFinished: () => finished,
  };
}

/** The first portion's rows; what follows is about so many bytes. */
const FIRST_ROWS = 100;
const PORTION_BYTES = 512 * 1024;
/** Short rows are asked for so many at once. */
const MOST_ROWS = 50_000;

/** How a query's rows are asked for: all at once, or portion by portion. */
interface Flow {
  begin(connection: Wire): void;
  /** What has come. */
  count(bytes: number, rows: number): void;
  /** A portion is there: asks for the next one, unless paused. */
  goOn(): void;
  /** There will be no more rows, or nobody wants them: ends the query, so that the server is ready for the next. Idempotent. */
  end(): void;
  pause(): void;
  resume(): void;
}

/**
 * Portions are Execute messages with a row count, each answered by PortalSuspended while there are more rows; Flush has
 * the server send, and only the end is a Sync ("Extended Query" in PostgreSQL's protocol documentation).
 */
function createFlow(inPortions: boolean): Flow {
  let connection: Wire | undefined;
  let bytes = 0;
  let rows = 0;
  let suspended = false;
  let paused = false;
  let ended = false;

  const ask = (): void => {
    suspended = false;
    const count = rows === 0 ? FIRST_ROWS : Math.ceil(PORTION_BYTES / (bytes / rows));
    connection!.execute({ rows: Math.min(count, MOST_ROWS) });
    connection!.flush();
  };

  return {
    begin(wire) {
      connection = wire;
      if (inPortions) return ask();
      wire.execute({});
      wire.sync();
      ended = true;
    },
    count(moreBytes, moreRows) {
      bytes += moreBytes;
      rows += moreRows;
    },
    goOn() {
      suspended = true;
      if (!paused && !ended) ask();
    },
    end() {
      if (ended) return;
      ended = true;
      connection!.sync();
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      if (suspended && !ended) ask();
    },
  };
}

interface SplitterOptions {
  maxRowBytes: number;
  onRows: (frames: Buffer, rows: number) => void;
  onHugeRow: (bytes: number) => void;
  /** A whole message that is not a row. */
  onOther: (message: Buffer) => void;
}

/** Splits what a server sends; see {@link createSplitter}. */
export interface Splitter {
  /** Takes the next data; its buffer may be overwritten afterwards. */
  read(data: Buffer): void;
  /** From now on rows are thrown away as they come, and only other messages are passed on. */
  drop(): void;
}

/** Bytes of a message's type and length. */
const HEADER_BYTES = 5;

/**
 * Splits what the server sends into runs of whole DataRow messages and single other messages. A message that spans
 * pieces of data is collected and joined once, when it is whole; of a row that is dropped nothing is collected.
 */
export function createSplitter({ maxRowBytes, onRows, onHugeRow, onOther }: SplitterOptions): Splitter {
  let pieces: Buffer[] = [];
  let held = 0;
  /** Bytes of the message being collected; 0 while its header is not whole. */
  let needed = 0;
  /** Bytes still to come of a row that is dropped. */
  let skip = 0;
  let dropping = false;

  /** Whether a row is to be dropped; says so of the first that is too large. */
  const isDropped = (bytes: number): boolean => {
    if (!dropping && bytes > maxRowBytes) {
      dropping = true;
      onHugeRow(bytes);
    }
    return dropping;
  };

  const hold = (data: Buffer): number => {
    // The data is only good until read() returns (read-socket.ts).
    pieces.push(Buffer.from(data));
    held += data.length;
    return data.length;
  };

  const letGo = (): void => {
    pieces = [];
    held = 0;
    needed = 0;
  };

  /** Goes on with the message that began in earlier data; returns where the next one begins. */
  const complete = (data: Buffer): number => {
    if (needed === 0) {
      const header = Buffer.concat([...pieces, data.subarray(0, HEADER_BYTES - held)]);
      if (header.length < HEADER_BYTES) return hold(data);
      const bytes = 1 + int32At(header, 1);
      if (header[0] === DATA_ROW && isDropped(bytes)) {
        const rest = bytes - held;
        letGo();
        skip = Math.max(0, rest - data.length);
        return Math.min(rest, data.length);
      }
      needed = bytes;
    }
    if (held + data.length < needed) return hold(data);
    const rest = needed - held;
    const message = Buffer.concat([...pieces, data.subarray(0, rest)], needed);
    letGo();
    if (message[0] === DATA_ROW) onRows(message, 1);
    else onOther(message);
    return rest;
  };

  return {
    drop() {
      dropping = true;
      if (needed === 0 || pieces[0]![0] !== DATA_ROW) return;
      skip = needed - held;
      letGo();
    },
    read(data) {
      let at = Math.min(skip, data.length);
      skip -= at;
      if (held > 0) at = complete(data);
      let rowsFrom = at;
      let rows = 0;
      const flush = (): void => {
        if (rows > 0) onRows(rowsFrom === 0 && at === data.length ? data : data.subarray(rowsFrom, at), rows);
        rows = 0;
      };
      while (data.length - at >= HEADER_BYTES) {
        const type = data[at]!;
        const bytes = 1 + int32At(data, at + 1);
        const next = at + bytes;
        if (type === DATA_ROW && !dropping && bytes <= maxRowBytes && next <= data.length) {
          rows++;
          at = next;
          continue;
        }
        flush();
        if (type === DATA_ROW && isDropped(bytes)) {
          skip = Math.max(0, next - data.length);
          at = Math.min(next, data.length);
        } else if (next > data.length) {
          needed = bytes;
          break;
        } else {
          at = next;
          onOther(data.subarray(next - bytes, next));
        }
        rowsFrom = at;
      }
      flush();
      if (at < data.length) hold(data.subarray(at));
    },
  };
}
