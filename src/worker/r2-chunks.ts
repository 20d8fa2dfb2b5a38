import type { ChunkBucket } from "../results/chunk-bucket.ts";

/** What is used here of an R2 bucket's binding: developers.cloudflare.com/r2/api/workers/workers-api-reference. */
export interface R2Bucket {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  list(options: { prefix: string; cursor?: string | undefined }): Promise<{
    objects: readonly { key: string }[];
    truncated: boolean;
    cursor?: string;
  }>;
  /** At most 1,000 keys, which is also as many as one list gives. */
  delete(keys: string[]): Promise<void>;
}

/** Chunks of results in R2. */
export function r2Chunks(bucket: R2Bucket): ChunkBucket {
  return {
    async put(key, data) {
      await bucket.put(key, data);
    },
    async get(key) {
      const object = await bucket.get(key);
      return object === null ? null : Buffer.from(await object.arrayBuffer());
    },
    async *list(prefix) {
      let cursor: string | undefined;
      do {
        const page = await bucket.list({ prefix, cursor });
        if (page.objects.length > 0) yield page.objects.map(({ key }) => key);
        cursor = page.truncated ? page.cursor : undefined;
      } while (cursor !== undefined);
    },
    delete: (keys) => bucket.delete([...keys]),
  };
}
