import type { HttpBindings } from "@hono/node-server";
import type { Clip } from "../clips/clips.ts";
import type { Share } from "../clips/shares.ts";
import type { Database } from "../databases/databases.ts";
import type { PageScript } from "./page-script.ts";
import type { Access } from "../people/access.ts";

/** What hono's context carries here. */
export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: {
    /** Who makes the request, and what they may do; null: nobody is known, as whoever opens a share. */
    access: Access | null;
    /** Who wants what this request makes run, for a fair queue; not for a share, which is an asker of its own. */
    asker: string;
    /** Where the request comes from: see client-address.ts. */
    address: string;
    /** What the address names, found, and theirs to see: there only where it names such a thing (find-subject.ts). */
    clip: Clip;
    share: Share;
    database: Database;
    /** Who started the run that the address names. */
    runAsker: string;
    /** Of a page that has a script: see src/routes/page-script.ts. */
    script?: PageScript;
    /** Origins whose pages may frame this one; without it, none may. */
    framedBy?: readonly string[];
  };
}
