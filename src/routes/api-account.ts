import { Hono } from "hono";
import type { Env } from "./env.ts";
import { requireAccess } from "./require-access.ts";

/** /api/account: who a program is here, and what it may do at most. */
export function apiAccount(): Hono<Env> {
  return new Hono<Env>().get("/", (c) => {
    const { via, person, role, teams, databases } = requireAccess(c);
    return c.json({
      via,
      person: person && { id: person.id, name: person.name, email: person.email, role: person.role },
      role,
      teams: teams?.map(({ id, name }) => ({ id, name })) ?? null,
      databases,
    });
  });
}
