import type { Context } from "hono";
import { AppError } from "../errors.ts";
import type { Person } from "../people/access.ts";
import type { Env } from "./env.ts";
import { requireAccess } from "./require-access.ts";

/**
 * The person who makes the request, by a browser or a key.
 * @param what is theirs alone, such as "A favourite"
 * @throws AppError unauthorized, if nobody is known; forbidden for the administrator's token
 */
export function requirePerson(c: Context<Env>, what: string): Person {
  const { person } = requireAccess(c);
  if (person !== null) return person;
  throw new AppError("forbidden", `${what} is a person's, and the administrator's token is nobody's account.`, {
    hint: "Sign in with a browser, or use an API key of your own.",
  });
}
