import type { Context } from "hono";
import { type Clip, findClip, getClipById, noSuchClip } from "../clips/clips.ts";
import { getShare, noSuchShare } from "../clips/shares.ts";
import { readPageSlug, readSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { checkWriteOn, maySeeClip } from "../people/permissions.ts";
import { noSuchRun } from "../runs/run-records.ts";
import { readFormatFile } from "./clip-results.ts";
import type { Env } from "./env.ts";
import { databasesFor, findDatabase } from "./find-database.ts";
import { requireAccess } from "./require-access.ts";
import type { RouteAction } from "./route-actions.ts";

/** The route that answers a request. */
interface Answering {
  /** Its pattern. */
  path: string;
  /** Its place among the routes that hono has matched. */
  index: number;
  action: RouteAction;
}

/** Finds what a parameter of an address names, and puts it where the route's handler finds it. @throws AppError not_found */
type Find = (c: Context<Env>, deps: Deps, answering: Answering) => Promise<void> | void;

/** What addresses name, by the beginning of the route's pattern. */
const SUBJECTS: readonly (readonly [beginning: string, find: Find])[] = [
  ["/api/clips/:slug", (c, deps, route) => setClip(c, deps, readSlug(param(c, route, "slug")), route)],
  ["/clips/:slug", (c, deps, route) => setClip(c, deps, readPageSlug(param(c, route, "slug")), route)],
  ["/clips/:file", (c, deps, route) => setClip(c, deps, readFormatFile(param(c, route, "file")).slug, route)],
  ["/api/runs/:id", setRun],
  ["/api/shares/:id", setShare],
  ["/share-list/:id", setShare],
  ["/api/databases/:", setDatabase],
  ["/databases/:", setDatabase],
];

/**
 * Finds the clip, the run, the share or the database that an address names, once for the whole request. One that is not
 * somebody's to see is answered in every byte as one that is not there.
 * @throws AppError not_found, forbidden
 */
export async function findSubject(c: Context<Env>, deps: Deps, route: Answering): Promise<void> {
  const [, find] = SUBJECTS.find(([beginning]) => route.path.startsWith(beginning)) ?? [];
  await find?.(c, deps, route);
}

/** Whether a route's address names what {@link findSubject} looks at. */
export function hasSubject(path: string): boolean {
  return SUBJECTS.some(([beginning]) => path.startsWith(beginning));
}

async function setClip(c: Context<Env>, { db }: Deps, slug: string | null, { path, action }: Answering): Promise<void> {
  const deleted = path.endsWith("/undelete");
  const clip = slug === null ? null : await findClip(db, slug);
  const access = requireAccess(c);
  if (clip === null || (clip.deletedAt !== null) !== deleted || !maySeeClip(access, clip)) throw noSuchClip(deleted);
  if (action === "clips.write") checkWriteOn(access, clip.database, clip.teamId);
  c.set("clip", clip);
}

async function setRun(c: Context<Env>, { db, runs }: Deps, route: Answering): Promise<void> {
  const run = await runs.owner(param(c, route, "id"));
  const clip: Clip | null = run && (await getClipById(db, run.clipId));
  if (run === null || clip === null || !maySeeClip(requireAccess(c), clip)) throw noSuchRun();
  c.set("clip", clip);
  c.set("runAsker", run.asker);
}

async function setShare(c: Context<Env>, { db }: Deps, route: Answering): Promise<void> {
  const share = await getShare(db, param(c, route, "id"));
  if (!maySeeClip(requireAccess(c), share.clip)) throw noSuchShare();
  c.set("share", share);
}

function setDatabase(c: Context<Env>, { databases }: Deps, route: Answering): void {
  const [, name = ""] = /^.*?\/:(\w+)/.exec(route.path) ?? [];
  c.set("database", findDatabase(databasesFor(requireAccess(c), databases), param(c, route, name)));
}

/** A parameter as the handler itself would read it: hono gives a middleware only its own, which has none. */
function param(c: Context<Env>, { index }: Answering, name: string): string {
  const own = c.req.routeIndex;
  c.req.routeIndex = index;
  const value = c.req.param(name);
  c.req.routeIndex = own;
  return value ?? "";
}
