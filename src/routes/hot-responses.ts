import type { Hono } from "hono";
import type { Deps } from "../deps.ts";
import type { Env } from "./env.ts";
import { knownTag } from "./entity-tags.ts";
import { changesNoShare } from "./share-paths.ts";

/** So many responses are remembered: their fields take about 2 KB each, and their bodies are in the body cache. */
const RESPONSES = 4_000;

/** Statuses of requests that have changed nothing: nobody can empty the memory without being signed in. */
const REFUSED: ReadonlySet<number> = new Set([401, 403, 404, 405, 413, 429]);

/** What a route says of a response that may be sent again, as it is, to anyone who sends the same request. */
interface HotOffer {
  /** The clip of which nothing may have changed since. */
  clipId: number;
  /** The body's name in the body cache. */
  bodyName: string;
  etag: string;
  /** The time, by `performance.now()`, until which it is what the address shows. */
  freshUntilMs: number;
  /** The fields that change with the time. */
  fieldsAt: (nowMs: number) => Record<string, string>;
  /** Who is not admitted takes the long way, which says why; without it, everybody is. */
  admits?: Admits | undefined;
}

/** Whether somebody may have a response again: called once for each time that it is sent. */
export type Admits = (remoteAddress: string | undefined, forwardedFor: string | undefined) => boolean;

interface HotResponse extends HotOffer {
  /** All fields, as the long way sent them, and those of a 304. */
  fields: Record<string, string>;
  unchanged: Record<string, string>;
  /** The second for which they are. */
  second: number;
}

/** What routes have offered for the requests that are under way. */
const offers = new WeakMap<Request, HotOffer>();

/** Offers the response to a request, for the time until anything of its clip changes. */
export function offerHot(request: Request, offer: HotOffer): void {
  offers.set(request, offer);
}

/**
 * Puts the short way before an application: a response that was sent a moment ago is sent again, without a look into
 * Dataclips' own database, as long as that is known not to have changed. Whatever is changed here counts before the
 * answer to it is given; what another server changes counts when PostgreSQL has notified of it. Fields are those that
 * the long way has sent, by whatever made them.
 */
export function serveHot(app: Hono<Env>, deps: Deps): void {
  const { changes } = deps;
  if (changes === undefined) return;
  const long = app.fetch;
  const responses = new Map<string, HotResponse>();
  /** Rises when anything changes: what was read before is not remembered. */
  let generation = 0;

  const forget = (clipId: number | null): void => {
    generation++;
    if (clipId === null) responses.clear();
    for (const [key, response] of responses) if (response.clipId === clipId) responses.delete(key);
  };
  changes.onChange(forget);

  const remember = (key: string, offer: HotOffer, { headers }: Response): void => {
    const fields = Object.fromEntries(headers);
    const { "content-length": _length, "content-digest": _digest, "content-encoding": _coding, ...unchanged } = fields;
    responses.set(key, { ...offer, fields, unchanged, second: 0 });
    for (const oldest of responses.keys()) {
      if (responses.size <= RESPONSES) break;
      responses.delete(oldest);
    }
  };

  const find = (key: string, field: Field, env: Env["Bindings"] | undefined): Response | undefined => {
    const found = responses.get(key);
    if (found === undefined || !changes.isCurrent() || takesLongWay(field)) return undefined;
    const nowMs = performance.now();
    const body = deps.cache.bodies.get(found.bodyName);
    if (nowMs > found.freshUntilMs || body === undefined) {
      responses.delete(key);
      return undefined;
    }
    responses.delete(key);
    responses.set(key, found);
    const second = Math.floor(nowMs / 1000);
    if (found.second !== second) {
      const timely = Object.entries(found.fieldsAt(nowMs)).map(([name, value]) => [name.toLowerCase(), value]);
      Object.assign(found.fields, Object.fromEntries(timely));
      Object.assign(found.unchanged, Object.fromEntries(timely));
      found.second = second;
    }
    const ifNoneMatch = field("if-none-match");
    if (ifNoneMatch !== undefined && knownTag(ifNoneMatch, [found.etag]) === undefined) return undefined;
    const { admits } = found;
    if (admits && !admits(env?.incoming?.socket.remoteAddress, field("x-forwarded-for"))) return undefined;
    if (ifNoneMatch === undefined) return new Response(body.bytes, { headers: found.fields });
    return new Response(null, { status: 304, headers: found.unchanged });
  };

  /** The long way for what may be asked for again: what its route offers is remembered, if nothing changed meanwhile. */
  const watch = async (key: string, request: Request, pending: Response | Promise<Response>): Promise<Response> => {
    const before = generation;
    const response = await pending;
    const offer = offers.get(request);
    if (offer !== undefined && response.status === 200 && changes.isCurrent() && generation === before) {
      remember(key, offer, response);
    }
    return response;
  };

  /** Whatever such a request has changed counts before its answer is given. */
  const change = async (pending: Response | Promise<Response>): Promise<Response> => {
    const response = await pending;
    if (!REFUSED.has(response.status)) forget(null);
    return response;
  };

  app.fetch = (request, ...rest) => {
    const { method, url } = request;
    if (method === "HEAD" || method === "OPTIONS") return long(request, ...rest);
    // What anyone may send empties no memory.
    if (method !== "GET") {
      return changesNoShare(url.slice(url.indexOf("/", "https://".length)))
        ? long(request, ...rest)
        : change(long(request, ...rest));
    }
    const field = readerOf(request, rest[0]);
    // Whatever the long way looks at, besides what takes the long way in any case.
    const key = `${url}\n${field("accept-encoding") ?? "-"}\n${field("origin") ?? "-"}`;
    return find(key, field, rest[0]) ?? watch(key, request, long(request, ...rest));
  };
}

/** Reads a field of a request; the name is in small letters. */
type Field = (name: string) => string | undefined;

/** Node's own object, where there is one, is read several times faster than a Headers. */
function readerOf(request: Request, env: Env["Bindings"] | undefined): Field {
  const sent = env?.incoming?.headers;
  if (sent === undefined) return (name) => request.headers.get(name) ?? undefined;
  return (name) => sent[name] as string | undefined;
}

/** Answered by who asks, with a part of the body, or by conditions that a tag alone does not answer. */
const LONG_WAY = ["authorization", "range", "if-range", "if-match", "if-unmodified-since"];

function takesLongWay(field: Field): boolean {
  if (LONG_WAY.some((name) => field(name) !== undefined)) return true;
  // A tag counts before a time (RFC 9110, section 13.1.3).
  return field("if-modified-since") !== undefined && field("if-none-match") === undefined;
}
