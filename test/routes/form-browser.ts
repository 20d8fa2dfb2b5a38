import type { TestServer } from "../support/test-server.ts";

/** A browser as far as HTTP shows it: it keeps cookies, asks for pages, and sends forms of this server's pages. */
export interface FormBrowser {
  /** The cookies that it would send, as the header has them. */
  cookie(): string;
  get(path: string): Promise<Response>;
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

/** @param headers that it sends with each request, such as where it is, for a server that trusts a proxy */
export function openBrowser(server: Pick<TestServer, "url">, headers: Record<string, string> = {}): FormBrowser {
  const cookies = new Map<string, string>();
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(server.url + path, {
      redirect: "manual",
      ...init,
      headers: { Accept: "text/html", Origin: server.url, ...headers, Cookie: cookie() },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/; Max-Age=0(?:;|$)/i.test(set)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookie,
    get: (path) => send(path, {}),
    post: (path, fields = {}) => send(path, { method: "POST", body: new URLSearchParams(fields) }),
  };
}
