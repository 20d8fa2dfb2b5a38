import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { linkTarget } from "../../src/links/link-target.ts";
import { optionChanges, serverOptions } from "../../src/links/server-options.ts";

const DATABASES = [
  {
    ...DEFAULT_LIMITS,
    name: "shop",
    primary: "postgres://owner@primary/shop",
    followers: [
      { name: "one", url: "postgres://reader:s3cret@replica:6432/shop?uselibpqcompat=true&sslmode=require" },
      { name: "two", url: "postgres://reader@other/shop" },
    ],
  },
];
const BARE = { database: null, port: "5432", password: null, connection: {} };

test.each([
  [
    "shop",
    {
      database: "shop",
      host: "replica",
      port: "6432",
      dbname: "shop",
      user: "reader",
      password: "s3cret",
      connection: { sslmode: "require" },
    },
  ],
  ["postgres://bob@host/db", { ...BARE, host: "host", dbname: "db", user: "bob" }],
  ["postgresql://bob@host", { ...BARE, host: "host", dbname: "bob", user: "bob" }],
  ["postgres://bob@[::1]:77/db", { ...BARE, host: "::1", port: "77", dbname: "db", user: "bob" }],
  [
    "postgres://b%40b:%23%2F%3F%25@%2Frun%2Fpg:5433/a%20b",
    { ...BARE, host: "/run/pg", port: "5433", dbname: "a b", user: "b@b", password: "#/?%" },
  ],
  ["postgres://bob@/db?host=/run/pg&port=5433", { ...BARE, host: "/run/pg", port: "5433", dbname: "db", user: "bob" }],
  [
    "postgres://bob@h/db?sslmode=verify-full&sslrootcert=/ca.pem&connect_timeout=9",
    { ...BARE, host: "h", dbname: "db", user: "bob", connection: { sslmode: "verify-full", sslrootcert: "/ca.pem" } },
  ],
  [
    "postgres://bob@h/db?sslmode=no-verify",
    { ...BARE, host: "h", dbname: "db", user: "bob", connection: { sslmode: "require" } },
  ],
  [
    "postgres://bob@h/db?ssl=true",
    { ...BARE, host: "h", dbname: "db", user: "bob", connection: { sslmode: "require" } },
  ],
])("%s", (to, target) => {
  expect(linkTarget(to, DATABASES)).toEqual(target);
});

test("settings of the session there cannot come from the URL", () => {
  for (const to of [
    "postgres://b@h/d?options=-c%20default_transaction_read_only%3Doff",
    "postgres://b@h/d?passfile=/x",
  ]) {
    expect(() => linkTarget(to, DATABASES)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  }
});

test("options that an older server does not know are left out, and changes are the fewest", () => {
  const target = linkTarget("shop", DATABASES);
  const old = serverOptions({ name: "x" }, target, { fetchSize: 100, version: 13 });
  const now = serverOptions({ name: "x" }, { ...target, connection: {} }, { fetchSize: 1000, version: 14 });
  expect(Object.keys(old)).not.toContain("async_capable");
  expect(optionChanges(old, now)).toBe(
    "SET fetch_size '1000', ADD async_capable 'true', ADD truncatable 'false', ADD keep_connections 'on', DROP \"sslmode\"",
  );
  expect(optionChanges(now, now)).toBeNull();
});
