import type { TrustedProxies } from "../client-address.ts";
import { type NewcomerRole, readNewcomerRole } from "./oidc-config.ts";

/** Sign-in by what a proxy in front of the server says of who asks. */
export interface ProxySignIn {
  /** The header that has their email address. */
  header: string;
  /** What newcomers become. */
  role: NewcomerRole;
}

/** Names of headers (RFC 9110, section 5.1). */
const HEADER = /^[!#$%&'*+.^_`|~\w-]+$/;
/** What has a meaning of its own here: a browser may send it through any proxy. */
const OTHERWISE_USED: ReadonlySet<string> = new Set(["authorization", "cookie", "host", "origin", "x-forwarded-for"]);

/** Reads the settings of sign-in by a proxy; null: there is none. Faults are lines that name the setting. */
export function readProxySignIn(
  {
    header,
    role,
    trustedProxies,
  }: {
    header: string | undefined;
    role: string | undefined;
    trustedProxies: TrustedProxies;
  },
  faults: string[],
): ProxySignIn | null {
  if (header === undefined) {
    if (role !== undefined) faults.push("DATACLIPS_PROXY_ROLE is for those that DATACLIPS_PROXY_HEADER names.");
    return null;
  }
  if (!HEADER.test(header) || OTHERWISE_USED.has(header.toLowerCase())) {
    faults.push("DATACLIPS_PROXY_HEADER must be the name of a header of the proxy's own, such as X-Forwarded-Email.");
  }
  if (trustedProxies.length === 0) {
    faults.push("DATACLIPS_TRUSTED_PROXIES is missing: DATACLIPS_PROXY_HEADER is believed from their addresses only.");
  }
  return { header, role: readNewcomerRole("DATACLIPS_PROXY_ROLE", role, faults) };
}
