import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { browserLike } from "./browser-like.ts";

export const CLIENT = { id: "dataclips", secret: "the secret of the tests' client: 1+1=2 & more" };

/** A real provider of OpenID Connect on a port of its own. */
export interface OidcStage {
  issuer: string;
  /** What it says of its accounts, by the name with which they sign in. */
  claims: Map<string, Record<string, unknown>>;
  /** Whether it hangs up on whoever calls. */
  isDown: boolean;
  /** Signs in there, as a person would in its pages, and returns where it sends the browser back to. */
  signIn(url: string, login: string): Promise<string>;
  /** Gives up at its first page. */
  abort(url: string): Promise<string>;
  close(): Promise<void>;
}

/** @param redirectUri where the client's people are sent back to */
export async function startOidcStage(redirectUri: string): Promise<OidcStage> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims = new Map<string, Record<string, unknown>>();
  const provider = new Provider(issuer, {
    // The usual authentication of clients: HTTP Basic.
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claims.get(id) }) }),
    pkce: { required: () => true },
    cookies: { keys: ["a key of the tests' provider"] },
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (stage.isDown) request.socket.destroy();
    else answer(request, response);
  });

  /** Opens pages until one waits for an answer, or the client's address is reached. */
  const follow = async (browser: ReturnType<typeof browserLike>, response: Response): Promise<Response | string> => {
    let latest = response;
    for (;;) {
      const location = latest.headers.get("Location");
      if (location === null) return latest;
      if (location.startsWith(redirectUri)) return location;
      latest = await browser.get(location);
    }
  };

  const stage: OidcStage = {
    issuer,
    claims,
    isDown: false,
    async signIn(url, login) {
      const browser = browserLike(issuer);
      let at = await follow(browser, await browser.get(url));
      while (typeof at !== "string") {
        const html = await at.text();
        const [, action] = /<form[^>]* action="([^"]+)"/.exec(html) ?? [];
        if (action === undefined) throw new Error(`The provider shows no form: ${html.slice(0, 2000)}`);
        const fields = html.includes('name="login"')
          ? { prompt: "login", login, password: "any" }
          : { prompt: "consent" };
        at = await follow(browser, await browser.post(action, fields));
      }
      return at;
    },
    async abort(url) {
      const browser = browserLike(issuer);
      const page = await follow(browser, await browser.get(url));
      const [, path] = typeof page === "string" ? [] : (/href="([^"]+\/abort)"/.exec(await page.text()) ?? []);
      const back = await follow(browser, await browser.get(path ?? "/"));
      if (typeof back !== "string") throw new Error("The provider did not send the browser back.");
      return back;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stage;
}
