import type { HttpBindings } from "@hono/node-server";

/** Who makes a request: how they showed that they are the administrator, or null. */
export type Identity = "token" | "session" | null;

/** What hono's context carries here. */
export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: {
    identity: Identity;
    /** Who wants what this request makes run, for a fair queue; not for a share, which is an asker of its own. */
    asker: string;
    /** Of a page that has a script: see src/routes/page-script.ts. */
    scriptNonce?: string;
    /** Origins whose pages may frame this one; without it, none may. */
    framedBy?: readonly string[];
  };
}
