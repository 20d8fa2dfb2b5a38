import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

/** The tables of people, in Dataclips' own database; the other ones are in src/tables.ts. */

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** What people may be, the least first: see permissions.ts. */
export const ROLES = ["viewer", "editor", "administrator"] as const;
/** What API keys may do, the least first. */
export const SCOPES = ["read", "write", "admin"] as const;

/** better-auth's `user`, and what Dataclips knows of a person besides. */
export const people = pgTable(
  "people",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    name: text("name").notNull(),
    /** In small letters. */
    email: text("email").notNull().unique(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    twoFactorEnabled: boolean("two_factor_enabled").notNull().default(false),
    role: text("role", { enum: ROLES }).notNull().default("viewer"),
    /** Since then they cannot sign in, and their keys do not work. */
    disabledAt: time("disabled_at"),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [index("people_role").on(table.role)],
);

const personId = () =>
  uuid("person_id")
    .notNull()
    .references(() => people.id, { onDelete: "cascade" });

/** better-auth's `session`. The token alone signs nobody in: the cookie has it with a signature by the server's secret. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    personId: personId(),
    token: text("token").notNull().unique(),
    expiresAt: time("expires_at").notNull(),
    address: text("address"),
    userAgent: text("user_agent"),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [index("sessions_person_id").on(table.personId)],
);

/** better-auth's `account`: a way in which a person signs in, by password (scrypt) or by a provider of theirs. */
export const accounts = pgTable(
  "accounts",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    personId: personId(),
    providerId: text("provider_id").notNull(),
    /** The provider's name for the person. */
    accountId: text("account_id").notNull(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: time("access_token_expires_at"),
    refreshTokenExpiresAt: time("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [
    index("accounts_person_id").on(table.personId),
    uniqueIndex("accounts_provider_account").on(table.providerId, table.accountId),
  ],
);

/** better-auth's `verification`: what is under way, such as a sign-in with a provider. */
export const verifications = pgTable(
  "verifications",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: time("expires_at").notNull(),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
  },
  (table) => [index("verifications_identifier").on(table.identifier)],
);

/** better-auth's `twoFactor`; the secret and the backup codes are encrypted with the server's secret. */
export const twoFactors = pgTable(
  "two_factors",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    personId: personId(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    verified: boolean("verified").notNull().default(true),
    failedVerificationCount: integer("failed_verification_count").notNull().default(0),
    lockedUntil: time("locked_until"),
  },
  (table) => [index("two_factors_person_id").on(table.personId)],
);

/** Teams own clips. */
export const teams = pgTable("teams", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  name: text("name").notNull().unique(),
  /** The databases on which its editors may write clips; null: all. */
  databases: text("databases").array().$type<readonly string[]>(),
  createdAt: time("created_at").notNull().defaultNow(),
});

/** The team that is there from the beginning; clips that nobody gave to another are its. */
export const FIRST_TEAM = 1;

export const teamMembers = pgTable(
  "team_members",
  {
    teamId: bigint("team_id", { mode: "number" })
      .notNull()
      .references(() => teams.id, { onDelete: "cascade" }),
    personId: personId(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.personId] }),
    index("team_members_person_id").on(table.personId),
  ],
);

/** Links by which somebody becomes a person here, once; tokens are kept as SHA-256 only. */
export const invitations = pgTable("invitations", {
  id: uuid("id").primaryKey().defaultRandom(),
  tokenHash: text("token_hash").notNull().unique(),
  /** Whom it is for; null: whoever has the link says their own. */
  email: text("email"),
  role: text("role", { enum: ROLES }).notNull(),
  teamIds: bigint("team_ids", { mode: "number" }).array().notNull(),
  /** As the asker of runs. */
  createdBy: text("created_by").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  expiresAt: time("expires_at").notNull(),
});

/** One-time links that sign a browser in; tokens are kept as SHA-256 only. */
export const signInLinks = pgTable("sign_in_links", {
  tokenHash: text("token_hash").primaryKey(),
  expiresAt: time("expires_at").notNull(),
  /** Whom it signs in; null: it makes the first administrator, as long as there is nobody. */
  personId: uuid("person_id").references(() => people.id, { onDelete: "cascade" }),
});

/** Keys with which a person's programs use the API; kept as SHA-256 only. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    personId: personId(),
    name: text("name").notNull(),
    keyHash: text("key_hash").notNull().unique(),
    /** Its first letters, by which its owner knows it again. */
    prefix: text("prefix").notNull(),
    scope: text("scope", { enum: SCOPES }).notNull(),
    /** The databases that it is for; null: all that the person may use. */
    databases: text("databases").array().$type<readonly string[]>(),
    createdAt: time("created_at").notNull().defaultNow(),
    expiresAt: time("expires_at"),
    lastUsedAt: time("last_used_at"),
    lastAddress: text("last_address"),
    revokedAt: time("revoked_at"),
  },
  (table) => [index("api_keys_person_id").on(table.personId)],
);

/** Who did what. Rows are only added; what is too old by the rule is removed: see audit.ts and its triggers. */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: time("at").notNull().defaultNow(),
    /** What was done, such as `clip.edit`: see audit-actions.ts. */
    action: text("action").notNull(),
    /** Who did it: as the asker of runs; `anonymous`, where nobody is known. */
    actor: text("actor").notNull(),
    /** The actor's name as it was then, for people's eyes. */
    actorName: text("actor_name").notNull().default(""),
    /** Where it came from; null: from this server itself. */
    address: text("address"),
    /** The clip that it was done to, which may be gone since. */
    clipId: bigint("clip_id", { mode: "number" }),
    details: jsonb("details").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
  },
  (table) => [
    index("audit_events_at").on(table.at),
    index("audit_events_clip_id").on(table.clipId, table.at),
    index("audit_events_actor").on(table.actor, table.at),
    index("audit_events_action").on(table.action, table.at),
  ],
);
