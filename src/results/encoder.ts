import { Worker } from "node:worker_threads";
import type { FromThread, OpenRows, ToThread } from "./encoder-thread.ts";
import type { ResultSource } from "./result.ts";

/** Threads: two cores are enough to outrun a socket. */
const THREADS = 2;
/** Chunks that are on their way through the threads at once: each has one at hand while it works on another. */
const DEPTH = THREADS * 2;

type Chunks = NonNullable<ResultSource["chunks"]>;

/**
 * Threads that decompress and encode large stored results, so that the server's own is free to send them: with two
 * cores an export goes out about twice as fast, and other requests do not wait for it.
 */
export interface Encoder {
  /** The bytes of a stored result's rows in a format, in order. */
  encodeRows(chunks: Chunks, rows: OpenRows): AsyncGenerator<Uint8Array, void, void>;
  close(): Promise<void>;
}

/** An encoder; its threads start with the first export. */
export function createEncoder(): Encoder {
  let threads: Thread[] = [];
  let exports = 0;

  async function* encodeRows(chunks: Chunks, rows: OpenRows): AsyncGenerator<Uint8Array, void, void> {
    threads = Array.from({ length: THREADS }, (_, n) => (threads[n]?.isAlive() ? threads[n] : startThread()));
    const team = threads;
    const id = exports++;
    const pending: Promise<Uint8Array>[] = [];
    let next = chunks.read(0);
    for (const { post } of team) post({ kind: "open", id, rows });
    try {
      for (let number = 1; number <= chunks.count; number++) {
        const chunk = await next;
        if (number < chunks.count) next = chunks.read(number);
        next.catch(() => {});
        const answer = team[number % THREADS]!.ask({ kind: "rows", id, chunk, first: number === 1 });
        answer.catch(() => {});
        pending.push(answer);
        if (pending.length >= DEPTH) yield await pending.shift()!;
      }
      for (const answer of pending) yield await answer;
    } finally {
      for (const { post } of team) post({ kind: "close", id });
    }
  }

  return {
    encodeRows,
    async close() {
      await Promise.all(threads.map(({ end }) => end()));
      threads = [];
    },
  };
}

interface Thread {
  post(message: ToThread): void;
  /** Posts rows and resolves with their bytes; the thread answers in the order in which it is asked. */
  ask(message: ToThread): Promise<Uint8Array>;
  isAlive(): boolean;
  end(): Promise<void>;
}

function startThread(): Thread {
  const worker = new Worker(new URL("./encoder-thread.ts", import.meta.url), {
    // Where Node reads TypeScript by itself, the thread does without the loader and its 50 MB.
    ...(process.features.typescript ? { execArgv: [] } : {}),
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  });
  const waiting: { resolve: (piece: Uint8Array) => void; reject: (error: Error) => void }[] = [];
  let alive = true;
  const fail = (error: Error): void => {
    alive = false;
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.unref();
  worker.on("message", ({ piece, error }: FromThread) => {
    const { resolve, reject } = waiting.shift()!;
    if (piece) resolve(piece);
    else reject(new Error(error));
  });
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("The encoder's thread ended.")));
  return {
    post: (message) => worker.postMessage(message),
    ask(message) {
      if (!alive) return Promise.reject(new Error("The encoder's thread ended."));
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
      waiting.push({ resolve, reject });
      worker.postMessage(message);
      return promise;
    },
    isAlive: () => alive,
    end: async () => void (await worker.terminate()),
  };
}
