import type { SharedBodies } from "../results/shared-bodies.ts";

/** Workers' own: the caches of the data center that a request came to. */
interface DataCenterCaches {
  open(name: string): Promise<{
    match(address: string): Promise<Response | undefined>;
    put(address: string, response: Response): Promise<void>;
  }>;
}

/** A body is of one result for ever; this is how long one that nobody asks for may take room. */
const KEEP_SECONDS = 7 * 86_400;

/**
 * Bodies in the Cache API: what is under a name is asked for only once it is known that whoever asks may have it, so that
 * a share that is revoked stops at once here too.
 * @param waitUntil has the Worker live until something is done
 */
export function dataCenterBodies(waitUntil: (work: Promise<unknown>) => void): SharedBodies {
  const open = () => (caches as unknown as DataCenterCaches).open("results");
  // No such host has to be there: it is a key.
  const addressOf = (name: string): string => `https://results.invalid/${encodeURIComponent(name)}`;
  return {
    async get(name) {
      const found = await (await open()).match(addressOf(name));
      if (!found?.body) return undefined;
      const length = found.headers.get("Content-Length");
      return { body: found.body, length: length === null ? null : Number(length) };
    },
    put(name, body) {
      const headers = {
        "Cache-Control": `public, max-age=${KEEP_SECONDS}`,
        ...(body instanceof Uint8Array && { "Content-Length": String(body.length) }),
      };
      const keep = async (): Promise<void> => (await open()).put(addressOf(name), new Response(body, { headers }));
      // A body that breaks off is not kept; one that cannot be kept is made again.
      waitUntil(keep().catch(() => {}));
    },
  };
}
