/** A browser as far as HTTP shows it: it keeps cookies, and sends the headers of a page's own requests. */
export interface BrowserLike {
  cookies: Map<string, string>;
  get(path: string): Promise<Response>;
  post(path: string, fields?: Record<string, string>): Promise<Response>;
}

/** @param base where the paths are; a whole address may stand for a path */
export function browserLike(base: string): BrowserLike {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(new URL(path, base), {
      redirect: "manual",
      ...init,
      headers: {
        Accept: "text/html",
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...init.headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /max-age=0\b/i.test(cookie) || /expires=Thu, 01 Jan 1970/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    get: (path) => send(path, {}),
    post: (path, fields = {}) =>
      send(path, {
        method: "POST",
        headers: { Origin: new URL(path, base).origin, "Sec-Fetch-Site": "same-origin" },
        body: new URLSearchParams(fields),
      }),
  };
}
