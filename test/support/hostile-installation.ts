import { createKey } from "../../src/people/keys.ts";
import { recordEvent } from "../../src/people/audit.ts";
import { ROUTE_ACTIONS } from "../../src/routes/route-actions.ts";
import { makeShare, type MadeShare, shareOf } from "../routes/make-share.ts";
import { embedPath, signedOf } from "../routes/sign-embed.ts";
import type { TestServer } from "./test-server.ts";

/** Ends any attribute and element that it stands in; short enough for a name of PostgreSQL's (63 bytes). */
export const attack = (mark: string): string => `</pre>"'><img src=x onerror=xss(${mark})>`;

export interface HostileInstallation {
  clip: string;
  share: MadeShare;
  /** Paths of every page, with what is hostile in its place. */
  pages: string[];
  /** What stands between the quotes of each `xss(…)`: all has to be seen on some page. */
  marks: string[];
}

/** In Markdown, in all the places that take an address or a name, behind a first line that lists show. */
const hostileDescription = (mark: string): string =>
  [
    attack(mark),
    `[link](javascript:xss(${mark})) <javascript:xss(${mark})> [${attack(mark)}](https://example.com/"onmouseover=xss(${mark})) [title](/a '${attack(mark).replaceAll("'", "\\'")}')`,
    `![image](x" onerror="xss(${mark})) ![${attack(mark)}](javascript:xss(${mark})) ![data](data:text/html,<script>xss(${mark})</script>)`,
    `[reference][r] <svg onload=xss(${mark})> <script>xss(${mark})</script> &lt;script&gt;xss(${mark})&lt;/script&gt;`,
    `\`\`\`${attack(mark)}\n${attack(mark)}\n\`\`\``,
    `| a |\n|---|\n| ${attack(mark)} |`,
    `[r]: javascript:xss(${mark}) "${mark}"`,
  ].join("\n\n");

/** Puts an attack into every field that some page shows. */
export async function makeHostile(server: TestServer, personId: string): Promise<HostileInstallation> {
  const { own, primary } = server;
  const name = (mark: string): string => `"${attack(mark).replaceAll('"', '""')}"`;
  const text = (mark: string): string => `'${attack(mark).replaceAll("'", "''")}'`;
  await primary.query(`
    CREATE SCHEMA ${name("schema")};
    COMMENT ON SCHEMA ${name("schema")} IS ${text("schema_note")};
    GRANT USAGE ON SCHEMA ${name("schema")} TO dataclips_reader;
    CREATE TABLE ${name("schema")}.${name("table")} (${name("field")} int);
    COMMENT ON TABLE ${name("schema")}.${name("table")} IS ${text("table_note")};
    COMMENT ON COLUMN ${name("schema")}.${name("table")}.${name("field")} IS ${text("field_note")};
    GRANT SELECT ON ${name("schema")}.${name("table")} TO dataclips_reader;
    CREATE FUNCTION ${name("schema")}.${name("function")}(${name("argument")} int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
    GRANT EXECUTE ON FUNCTION ${name("schema")}.${name("function")}(int) TO dataclips_reader;
    COMMENT ON FUNCTION ${name("schema")}.${name("function")}(int) IS ${text("function_note")}`);
  await server.catchUp();

  const sql = `SELECT {{n:1}}::int AS n, random() AS r, ${text("value")} AS v, {{word:${attack("default")}}}::text AS w, 1 AS ${name("column")} /* ${attack("sql")} */`;
  const tags = [attack("tag").toLowerCase()];
  const fields = { sql, title: attack("title"), description: hostileDescription("description"), tags };
  const share = await makeShare(
    server,
    { name: attack("share"), note: attack("note"), locked_parameters: { word: attack("locked") } },
    fields,
  );
  await server.request(`/api/clips/${share.slug}/runs`, { method: "POST", json: { wait: true } });
  const embed = embedPath(await signedOf(server, share.slug), { parameters: { word: attack("signed") } });
  const pinned = await shareOf(server, share.slug, { result: 1 });
  const broken = await server.createClip("SELECT 1 / {{n:1}}::int AS a", { title: attack("broken") });
  const removed = await server.createClip("SELECT 1", {
    title: attack("removed"),
    description: attack("removed_note"),
  });
  await server.request(`/api/clips/${removed.slug}`, { method: "DELETE" });

  await createKey(server.deps.db, personId, { name: attack("key"), scope: "read" });
  await own.query("UPDATE people SET name = $2, email = $3 WHERE id = $1", [
    personId,
    attack("person"),
    attack("email"),
  ]);
  await own.query("INSERT INTO teams (name) VALUES ($1)", [attack("team")]);
  await own.query(
    "INSERT INTO invitations (token_hash, email, role, team_ids, created_by, expires_at) SELECT 'x', $1, 'viewer', array_agg(id), 'token', now() + interval '1 day' FROM teams",
    [attack("invited")],
  );
  await own.query("UPDATE sessions SET user_agent = $1, address = $2", [attack("agent"), attack("address")]);
  for (const action of ["clip.edit", "clip.run", "share.create", "session.fail"] as const) {
    await recordEvent(server.deps.db, {
      actor: attack("actor"),
      actorName: attack("actor_name"),
      address: attack("event_address"),
      action,
      details: { sql: attack("event_sql"), email: attack("event_email"), [attack("detail")]: attack("event_value") },
    });
  }
  const query = `word=${encodeURIComponent(attack("typed"))}`;
  const search = `q=${encodeURIComponent(attack("search"))}`;
  const clip = `/clips/${share.slug}`;
  const routes = Object.keys(ROUTE_ACTIONS).flatMap((route) => {
    const [method, pattern] = route.split(" ") as [string, string];
    if (method !== "GET" || /^\/(?:api|assets|embed\.js|oembed|sign-in\/oidc)|:(?:file|token|secret)/.test(pattern))
      return [];
    return pattern
      .replace("/share-list/:id", `/share-list/${share.id}`)
      .replace("/people/:id", `/people/${personId}`)
      .replace(":slug", share.slug)
      .replace(":schema/:table", `${encodeURIComponent(attack("schema"))}/${encodeURIComponent(attack("table"))}`)
      .replace(/:(?:name|database)/, "test");
  });
  return {
    clip,
    share,
    pages: [
      ...routes,
      share.path,
      pinned.path,
      embed,
      `${share.path}/embed?show=both`,
      `${pinned.path}/embed`,
      `${embed}/embed`,
      `${share.path}/embed?theme=${encodeURIComponent(attack("theme"))}`,
      `/oembed?url=${encodeURIComponent(server.url + share.path)}&format=xml`,
      `${share.path}?n=${encodeURIComponent(attack("number"))}`,
      `${share.path}?${encodeURIComponent(attack("unknown"))}=1`,
      `${share.path}?as_of=${encodeURIComponent(attack("time"))}`,
      `${clip}?${query}`,
      `${clip}?n=${encodeURIComponent(attack("number"))}`,
      `${clip}?${encodeURIComponent(attack("unknown"))}=1`,
      `${clip}?result=${encodeURIComponent(attack("result"))}`,
      `${clip}/compare?from=1&to=2`,
      `${clip}/compare?from=1&to=2&key=${encodeURIComponent(attack("compared"))}`,
      `${clip}/compare?from=${encodeURIComponent(attack("from"))}&to=2`,
      `/clips/${broken.slug}?n=0`,
      `/?${search}`,
      `/clips/deleted?${search}`,
      `/?tag=${encodeURIComponent(attack("searched_tag"))}`,
      `/?q=${encodeURIComponent(`table:"${attack("searched_table").replaceAll('"', "")}"`)}`,
      `/?q=${encodeURIComponent("img src onerror")}`,
      `/?sort=${encodeURIComponent(attack("sort"))}`,
      `/databases/test/schema?${search}`,
      "/databases/test?check=1",
      `/databases/${encodeURIComponent(attack("database"))}`,
      `/audit?${search}&action=${encodeURIComponent(attack("action"))}&person=${encodeURIComponent(attack("who"))}`,
      `/sign-in?next=${encodeURIComponent(`/${attack("next")}`)}`,
      `/${encodeURIComponent(attack("path"))}`,
      `/share-list/${encodeURIComponent(attack("id"))}`,
      `/databases/${encodeURIComponent(attack("database"))}/schema`,
    ],
    marks: [
      ...["schema", "schema_note", "table", "table_note", "field", "field_note", "function", "function_note"],
      ...["title", "description", "sql", "value", "column", "default", "share", "note", "locked", "signed", "typed"],
      ...["number", "search", "tag", "searched_tag", "broken", "removed", "removed_note", "key", "person", "email"],
      ...["team", "invited", "actor_name", "event_address", "event_sql", "event_email", "event_value"],
    ],
  };
}
