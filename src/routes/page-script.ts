import type { Context, MiddlewareHandler } from "hono";
import type { Deps } from "../deps.ts";
import type { Env } from "./env.ts";

/** A script that a page loads. */
export interface PageScript {
  /** Its address. */
  src: string;
  /** By which the style sheets that it makes are known: a page's own, never used again. Undefined: it makes none. */
  nonce: string | undefined;
}

/** The scripts, and whether they make style sheets of their own. */
const MAKES_STYLES = { editor: true, result: false, embed: false, databases: false };

/**
 * The address of a script, for a page, whose policy then allows what the script needs: see {@link allowScript}. Null
 * where there is none, or it cannot be built: every page works without.
 */
export async function pageScript(
  c: Context<Env>,
  { scripts, log }: Deps,
  name: keyof typeof MAKES_STYLES,
): Promise<PageScript | null> {
  try {
    const built = (await scripts?.())?.get(name);
    if (!built) return null;
    const nonce = MAKES_STYLES[name]
      ? Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64")
      : undefined;
    const script = { src: `/assets/${built.file}`, nonce };
    c.set("script", script);
    return script;
  } catch (error) {
    log.error("page_script_failed", error);
    return null;
  }
}

/**
 * Widens the Content-Security-Policy of the pages that have a script, and of no other: our own scripts, requests to
 * ourselves, and style sheets with the page's nonce. Comes before what sets the policy.
 */
export const allowScript: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  const script = c.get("script");
  if (script === undefined) return;
  const policy = c.res.headers.get("Content-Security-Policy")!;
  const styles = script.nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${script.nonce}'`;
  c.header(
    "Content-Security-Policy",
    `${policy.replace("style-src 'self'", styles)}; script-src 'self'; connect-src 'self'`,
  );
};
