import type { Role, Scope } from "../../src/people/access.ts";
import { createKey } from "../../src/people/keys.ts";
import type { PersonDraft } from "../../src/people/people.ts";
import { addPerson } from "../support/add-person.ts";
import type { TestServer } from "../support/test-server.ts";

/** Somebody who sends requests, as a browser's pages or as a program does. */
export interface Somebody {
  /** Null: the administrator's token, or nobody. */
  personId: string | null;
  send(method: string, path: string, body?: unknown): Promise<Response>;
  /** Sends a form of a page. */
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

/** A new person, signed in with a browser. */
export async function signInAs(
  server: TestServer,
  role: Role,
  draft: Partial<PersonDraft> = {},
): Promise<Somebody & { personId: string }> {
  const { id } = await addPerson(server.deps.db, role, draft);
  const { headers } = await server.deps.auth.api.beginSession({ body: { personId: id }, returnHeaders: true });
  const cookies = headers.getSetCookie().map((cookie) => cookie.split(";")[0]!);
  const Cookie = cookies.join("; ");
  return { ...sender(server, { Cookie, "Sec-Fetch-Site": "same-origin" }), personId: id };
}

/** A program with a key of a new person's. */
export async function withKey(
  server: TestServer,
  role: Role,
  scope: Scope,
  { databases = null, ...draft }: Partial<PersonDraft> & { databases?: readonly string[] | null } = {},
): Promise<Somebody & { personId: string }> {
  const { id } = await addPerson(server.deps.db, role, draft);
  const expiresAt = new Date(Date.now() + 3_600_000);
  const { key } = await createKey(server.deps.db, id, { name: "A key", scope, databases, expiresAt });
  return { ...sender(server, { Authorization: `Bearer ${key}` }), personId: id };
}

/** Somebody by the headers that they send. */
export function sender(server: TestServer, headers: Record<string, string>): Somebody {
  return {
    personId: null,
    send: (method, path, body) =>
      fetch(server.url + path, {
        method,
        redirect: "manual",
        headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    post: (path, fields = {}) =>
      fetch(server.url + path, {
        method: "POST",
        redirect: "manual",
        headers: { ...headers, Accept: "text/html" },
        body: new URLSearchParams(fields),
      }),
  };
}
