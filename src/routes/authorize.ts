import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Deps } from "../deps.ts";
import { checkAction } from "../people/permissions.ts";
import type { Env } from "./env.ts";
import { findSubject } from "./find-subject.ts";
import { requireAccess } from "./require-access.ts";
import { ROUTE_ACTIONS } from "./route-actions.ts";

/**
 * Lets those through who may do what the route that answers does, by the table of route-actions.ts, to what the address
 * names: this one place stands before every route.
 */
export function authorize(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const routes = matchedRoutes(c);
    // What is for all methods is a middleware; the first other one answers.
    const index = routes.findIndex(({ method }) => method !== "ALL");
    if (index === -1) {
      requireAccess(c);
      return next();
    }
    const { method, path } = routes[index]!;
    const route = `${method} ${path}`;
    const action = ROUTE_ACTIONS[route];
    if (action === undefined) throw new Error(missingLine(route));
    if (action !== "public") {
      const access = requireAccess(c);
      if (action !== "somebody") checkAction(access, action);
      await findSubject(c, deps, { path, index, action });
    }
    return next();
  };
}

/** What is wrong when a route is not in the table, and what to do about it. */
function missingLine(route: string): string {
  return (
    `Nobody may use the route ${route}, for it is not in the table. Add a line to ROUTE_ACTIONS in ` +
    `src/routes/route-actions.ts, with what it does (or "public", for anyone):\n  ${JSON.stringify(route)}: "clips.read",`
  );
}
