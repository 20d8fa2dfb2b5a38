import { createHash } from "node:crypto";
import type { Pieces } from "./body.ts";

/**
 * Bodies of small results, plain and compressed, take up to so much memory: some 3,000 of 10 KB. What else a process
 * needs is a few times this, and a body that is not kept costs a millisecond to make again.
 */
const BODY_BYTES = 32 * 1024 * 1024;
/** What an entry takes besides its body: its name, its digest, the maps' own. */
const ENTRY_BYTES = 512;
/** Sizes and digests of larger bodies that are remembered. */
const MEASURES = 1000;

/** What is known of a body without having it. */
export interface Measure {
  /** Bytes. */
  length: number;
  /** As the fields Content-Digest and Repr-Digest write it (RFC 9530). */
  digest: string;
}

/** A whole body. */
interface Body extends Measure {
  bytes: Buffer<ArrayBuffer>;
}

/** Bodies by what they are of: a result, format, options and coding. They never change; the least used go first. */
export interface BodyCache {
  get(name: string): Body | undefined;
  /** The body that is kept, or the one that this makes; those who ask meanwhile wait for the same one. */
  getOrMake(name: string, make: () => Promise<Buffer<ArrayBuffer>>): Promise<Body>;
  /** What is known of a larger body that was sent before. */
  measure(name: string): Measure | undefined;
  addMeasure(name: string, measure: Measure): void;
  /** Bytes in memory. */
  readonly bytes: number;
}

/** @param limitBytes how much the bodies may take */
export function createBodyCache(limitBytes = BODY_BYTES): BodyCache {
  const bodies = new Map<string, Body>();
  const making = new Map<string, Promise<Body>>();
  const measures = new Map<string, Measure>();
  let bytes = 0;

  const size = (name: string, body: Body): number => body.length + name.length + ENTRY_BYTES;

  const add = (name: string, body: Body): void => {
    bodies.set(name, body);
    bytes += size(name, body);
    for (const [oldest, entry] of bodies) {
      if (bytes <= limitBytes) break;
      bodies.delete(oldest);
      bytes -= size(oldest, entry);
    }
  };

  const get = (name: string): Body | undefined => {
    const body = bodies.get(name);
    if (body === undefined) return undefined;
    bodies.delete(name);
    bodies.set(name, body);
    return body;
  };

  return {
    get,
    async getOrMake(name, make) {
      const kept = get(name) ?? making.get(name);
      if (kept !== undefined) return kept;
      const made = make().then((content) => {
        const body = {
          bytes: content,
          length: content.length,
          digest: digestField(createHash("sha256").update(content).digest()),
        };
        add(name, body);
        return body;
      });
      making.set(name, made);
      try {
        return await made;
      } finally {
        making.delete(name);
      }
    },
    measure: (name) => measures.get(name),
    addMeasure(name, measure) {
      measures.set(name, measure);
      for (const oldest of measures.keys()) {
        if (measures.size <= MEASURES) break;
        measures.delete(oldest);
      }
    },
    get bytes() {
      return bytes;
    },
  };
}

/** Bodies that are being measured, so that several ranges asked for at once count it once. */
const measuring = new WeakMap<BodyCache, Map<string, Promise<Measure>>>();

/** What is known of a large body; the first time it is made, and thrown away, to learn it. */
export async function measureBody(cache: BodyCache, name: string, make: () => Pieces): Promise<Measure> {
  const known = cache.measure(name);
  if (known !== undefined) return known;
  const under = measuring.get(cache) ?? new Map<string, Promise<Measure>>();
  measuring.set(cache, under);
  const measured = under.get(name) ?? countBody(make());
  under.set(name, measured);
  try {
    cache.addMeasure(name, await measured);
    return await measured;
  } finally {
    under.delete(name);
  }
}

async function countBody(pieces: Pieces): Promise<Measure> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    hash.update(piece);
  }
  return { length, digest: digestField(hash.digest()) };
}

/** A digest as RFC 9530 writes it. */
export function digestField(sha256: Buffer): string {
  return `sha-256=:${sha256.toString("base64")}:`;
}
