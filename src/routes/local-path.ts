/** A path on this server, and never an address elsewhere. */
export function localPath(next: string | undefined): string {
  if (next === undefined || !next.startsWith("/") || !URL.canParse(next, "http://local.invalid")) return "/";
  const { host, pathname, search } = new URL(next, "http://local.invalid");
  // "/.//example.com" has a path of "//example.com", which a browser would take for another host.
  return host === "local.invalid" && !pathname.startsWith("//") ? pathname + search : "/";
}
