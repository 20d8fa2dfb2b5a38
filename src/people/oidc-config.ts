/** What newcomers become who were not invited: never an administrator. */
const NEWCOMER_ROLES = ["viewer", "editor"] as const;
export type NewcomerRole = (typeof NEWCOMER_ROLES)[number];

/** A provider (OpenID Connect) with which people sign in. */
export interface OidcConfig {
  /** Its own name for itself: an address, under which its configuration is found. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What people call it. */
  name: string;
  /** Whoever has an email address of one of these domains, in small letters, may become a person here. */
  domains: readonly string[];
  /** What they become. */
  role: NewcomerRole;
}

/** The settings as the environment has them. */
export interface OidcSettings {
  issuer: string | undefined;
  clientId: string | undefined;
  clientSecret: string | undefined;
  name: string | undefined;
  domains: string | undefined;
  role: string | undefined;
  /** DATACLIPS_URL. */
  publicUrl: string | undefined;
}

/** Plain http is for a provider on the same machine: over a network anybody could be it. */
const ISSUER = /^(?:https:\/\/[^/?#@\s]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)(?:\/[^?#\s]*)?$/;
/** Names and dots (RFC 1035, section 2.3.1), and what else the names of domains have now. */
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u;

/** Reads the provider's settings; null without one. Faults are lines that name the setting, and hold no secret. */
export function readOidc(settings: OidcSettings, faults: string[]): OidcConfig | null {
  const { issuer, clientId, clientSecret, name, publicUrl } = settings;
  const needed = { ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret };
  const others = { NAME: name, DOMAINS: settings.domains, ROLE: settings.role };
  if (Object.values({ ...needed, ...others }).every((value) => value === undefined)) return null;
  for (const [last, value] of Object.entries(needed)) {
    if (value !== undefined) continue;
    faults.push(
      `DATACLIPS_OIDC_${last} is missing: sign-in with a provider takes DATACLIPS_OIDC_ISSUER, DATACLIPS_OIDC_CLIENT_ID and DATACLIPS_OIDC_CLIENT_SECRET.`,
    );
  }
  if (issuer !== undefined && !(ISSUER.test(issuer) && URL.canParse(issuer))) {
    faults.push(
      "DATACLIPS_OIDC_ISSUER must be the provider's https:// address, such as https://login.example.com/realms/staff.",
    );
  }
  if (publicUrl === undefined) {
    faults.push("DATACLIPS_URL is missing: the provider sends people back to it.");
  }
  const domains = (settings.domains ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((domain) => domain !== "");
  for (const domain of domains) {
    if (DOMAIN.test(domain)) continue;
    faults.push(
      `DATACLIPS_OIDC_DOMAINS must be domains of email addresses, such as example.com, not ${JSON.stringify(domain.slice(0, 60))}.`,
    );
  }
  const role = readNewcomerRole("DATACLIPS_OIDC_ROLE", settings.role, faults);
  if (settings.role !== undefined && domains.length === 0) {
    faults.push("DATACLIPS_OIDC_ROLE is for newcomers: without DATACLIPS_OIDC_DOMAINS there are none.");
  }
  return {
    issuer: issuer ?? "",
    clientId: clientId ?? "",
    clientSecret: clientSecret ?? "",
    name: name ?? "single sign-on",
    domains,
    role,
  };
}

/** A setting that says what newcomers become; a viewer, unless it says so. */
export function readNewcomerRole(setting: string, value: string | undefined, faults: string[]): NewcomerRole {
  const role = NEWCOMER_ROLES.find((one) => one === (value ?? "viewer"));
  if (role === undefined) faults.push(`${setting} must be viewer or editor.`);
  return role ?? "viewer";
}
