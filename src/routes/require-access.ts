import type { Context } from "hono";
import { AppError } from "../errors.ts";
import type { Access } from "../people/access.ts";
import type { Env } from "./env.ts";

/** Who makes the request. @throws AppError unauthorized, if nobody is known */
export function requireAccess(c: Context<Env>): Access {
  const { access } = c.var;
  if (access !== null) return access;
  throw new AppError("unauthorized", "You are not signed in.", {
    hint: "Send the header Authorization: Bearer <DATACLIPS_TOKEN>, or sign in with a browser at /sign-in.",
  });
}
