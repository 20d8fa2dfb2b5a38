import type { ROLES, SCOPES } from "./tables.ts";

/** What a person may be, the least first. */
export type Role = (typeof ROLES)[number];
/** What a key may do, the least first. */
export type Scope = (typeof SCOPES)[number];

/** Somebody who can sign in. */
export interface Person {
  id: string;
  name: string;
  /** In small letters. */
  email: string;
  role: Role;
}

/** A team, as far as what its members may do is concerned. */
export interface TeamAccess {
  id: number;
  name: string;
  /** The databases on which its editors may write clips; null: all. */
  databases: readonly string[] | null;
}

/** Who makes a request, and what they may do at most: made by identify, and judged in permissions.ts alone. */
export interface Access {
  /** How they showed who they are: the administrator's token, a browser's session, a key, a trusted proxy's header. */
  via: "token" | "session" | "key" | "proxy";
  /** Null: whoever has the administrator's token. */
  person: Person | null;
  /** The person's own, or less: what a key's scope leaves of it. */
  role: Role;
  /** The teams that they are in; null: an administrator sees all. */
  teams: readonly TeamAccess[] | null;
  /** The databases that a key is for; null: all. */
  databases: readonly string[] | null;
  /** Who asks, in runs, shares and the audit: `token`, `person:<id>` or `key:<id>`. */
  asker: string;
  /** Of the session's row, where there is one. */
  sessionId: string | null;
}
