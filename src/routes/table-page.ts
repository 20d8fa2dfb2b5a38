import { type Context, Hono } from "hono";
import { findClipsByTable } from "../clips/find-by-table.ts";
import { readTable } from "../databases/read-table.ts";
import type { Deps } from "../deps.ts";
import { checkAction, mayDo, mayWriteOn, visibleTo } from "../people/permissions.ts";
import { renderTablePage } from "../../views/table-page.tsx";
import type { Env } from "./env.ts";
import { previewTable } from "./preview-table.ts";
import { requireAccess } from "./require-access.ts";
import { selectFrom } from "./select-from.ts";

/** Rows of a new clip from a table, until somebody asks for more. */
const NEW_CLIP_ROWS = 100;

/** /databases/<name>/schema/<schema>/<table>: all that there is to know of a table, and with ?preview=1 ten of its rows. */
export function tablePage(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema/:schema/:table", async (c) => {
    const { database } = c.var;
    const access = requireAccess(c);
    const wanted = c.req.query("preview") === "1";
    if (wanted) checkAction(access, "sql.run");
    const { table, clips } = await findTable(c, deps);
    return c.html(
      renderTablePage({
        access,
        database: database.name,
        table,
        clips,
        preview: wanted && table.readable ? await previewTable(c, deps, table) : null,
        mayPreview: table.readable && mayDo(access, "sql.run"),
        newClipSql: table.readable && mayWriteOn(access, database.name) ? selectFrom(table, NEW_CLIP_ROWS) : null,
      }),
    );
  });
  return app;
}

/** GET /api/databases/<name>/schema/<schema>/<table>: the same for programs. */
export function apiTable(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:name/schema/:schema/:table", async (c) => {
    const { table, clips } = await findTable(c, deps);
    return c.json({ database: c.var.database.name, ...table, clips });
  });
  return app;
}

/** The table that an address names, and the clips that read it, of those that whoever asks may see. */
async function findTable(c: Context<Env, "/:name/schema/:schema/:table">, { db }: Deps) {
  const { database } = c.var;
  const table = await readTable(database, { schema: c.req.param("schema"), name: c.req.param("table") });
  const { schema, name } = table;
  const clips = await findClipsByTable(db, { database: database.name, schema, name }, visibleTo(requireAccess(c)));
  return { table, clips };
}
