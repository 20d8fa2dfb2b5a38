import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";

const NONE = "frame-ancestors 'none'";

/** Lets pages of some origins frame a response whose route says so; each is a checked origin, so that the policy has no other word. */
export const allowFrames: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  const origins = c.get("framedBy");
  if (origins === undefined || origins.length === 0) return;
  const policy = c.res.headers.get("Content-Security-Policy") ?? NONE;
  c.res.headers.set(
    "Content-Security-Policy",
    policy.replace(NONE, () => `frame-ancestors ${origins.join(" ")}`),
  );
  // It knows one origin at most, and DENY would stand beside the policy.
  c.res.headers.delete("X-Frame-Options");
};
