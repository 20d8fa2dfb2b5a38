import type { TestServer } from "../support/test-server.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";

/** A browser that is signed in, as far as HTTP shows it: a cookie, and the headers of a page's own requests. */
export interface SignedInBrowser {
  cookie: string;
  /** Opens a page. */
  get(path: string): Promise<Response>;
  /** Sends a form of a page of this server. */
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

/** Signs in with a one-time link. */
export async function signInBrowser(server: TestServer): Promise<SignedInBrowser> {
  const link = await createSignInLink(server.deps.db);
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
