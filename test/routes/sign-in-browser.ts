import type { TestServer } from "../support/test-server.ts";
import type { Role } from "../../src/people/access.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";

/** A browser that is signed in, as far as HTTP shows it: a cookie, and the headers of a page's own requests. */
export interface SignedInBrowser {
  cookie: string;
  /** Opens a page. */
  get(path: string): Promise<Response>;
  /** Sends a form of a page of this server. */
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

/** Signs in with a one-time link, as somebody new. */
export async function signInBrowser(server: TestServer, role: Role = "administrator"): Promise<SignedInBrowser> {
  const link = await createSignInLink(server.deps.db, (await addPerson(server.deps.db, role)).id);
  const signedIn = await fetch(`${server.url}/sign-in?link=${link}`, { redirect: "manual" });
  const [cookie = ""] = signedIn.headers.getSetCookie().map((header) => header.split(";")[0]!);
  const get: SignedInBrowser["get"] = (path) =>
    fetch(server.url + path, { redirect: "manual", headers: { Accept: "text/html", Cookie: cookie } });
  const post: SignedInBrowser["post"] = (path, fields = {}) =>
    fetch(server.url + path, {
      method: "POST",
      redirect: "manual",
      headers: { Accept: "text/html", Cookie: cookie, "Sec-Fetch-Site": "same-origin", Origin: server.url },
      body: new URLSearchParams(fields),
    });
  return { cookie, get, post };
}
