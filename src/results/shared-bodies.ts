/** Bodies of complete results that several processes share, by what they are of: they never change. */
export interface SharedBodies {
  /** The body that is kept, from its beginning. */
  get(name: string): Promise<{ body: ReadableStream<Uint8Array>; length: number | null } | undefined>;
  /** Keeps a body, if all of it comes; nobody waits for that. */
  put(name: string, body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>): void;
}

/** A small body that is kept, or else made. */
export async function shareBody(
  bodies: SharedBodies | undefined,
  name: string,
  make: () => Promise<Buffer<ArrayBuffer>>,
): Promise<Buffer<ArrayBuffer>> {
  const kept = await bodies?.get(name);
  if (kept !== undefined) return Buffer.from(await new Response(kept.body).arrayBuffer());
  const made = await make();
  bodies?.put(name, made);
  return made;
}
