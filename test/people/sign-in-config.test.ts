import { expect, test } from "vitest";
import { ConfigError, readConfig } from "../../src/config.ts";

const PROVIDER = {
  DATACLIPS_URL: "https://clips.example.com",
  DATACLIPS_OIDC_ISSUER: "https://login.example.com/realms/staff",
  DATACLIPS_OIDC_CLIENT_ID: "dataclips",
  DATACLIPS_OIDC_CLIENT_SECRET: "hunter2-the-secret",
};
const PROXY = { DATACLIPS_TRUSTED_PROXIES: "10.0.0.7", DATACLIPS_PROXY_HEADER: "X-Forwarded-Email" };

/** The faults of an environment, of which none holds the secret. */
function faults(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError) || error.message.includes("hunter2")) throw error;
    return error.faults;
  }
}

function without(env: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([one]) => one !== name));
}

test("without settings there is neither", () => {
  expect(readConfig({})).toMatchObject({ oidc: null, proxySignIn: null });
});

test("a provider is read, with what is usual", () => {
  expect(readConfig(PROVIDER).oidc).toStrictEqual({
    issuer: "https://login.example.com/realms/staff",
    clientId: "dataclips",
    clientSecret: "hunter2-the-secret",
    name: "single sign-on",
    domains: [],
    role: "viewer",
  });
  expect(
    readConfig({
      ...PROVIDER,
      DATACLIPS_OIDC_NAME: "Example's login",
      DATACLIPS_OIDC_DOMAINS: "Example.com, sub.example.org",
      DATACLIPS_OIDC_ROLE: "editor",
    }).oidc,
  ).toMatchObject({ name: "Example's login", domains: ["example.com", "sub.example.org"], role: "editor" });
});

test.each(["DATACLIPS_OIDC_ISSUER", "DATACLIPS_OIDC_CLIENT_ID", "DATACLIPS_OIDC_CLIENT_SECRET", "DATACLIPS_URL"])(
  "a provider without %s is a fault that names it",
  (name) => {
    expect(faults(without(PROVIDER, name))).toStrictEqual([expect.stringMatching(`^${name} is missing: `)]);
  },
);

test("every fault of a provider is listed at once", () => {
  expect(
    faults({
      DATACLIPS_OIDC_ISSUER: "http://login.example.com",
      DATACLIPS_OIDC_DOMAINS: "@example.com, example.com, localhost",
      DATACLIPS_OIDC_ROLE: "administrator",
    }),
  ).toStrictEqual([
    expect.stringMatching(/^DATACLIPS_OIDC_CLIENT_ID is missing/),
    expect.stringMatching(/^DATACLIPS_OIDC_CLIENT_SECRET is missing/),
    expect.stringMatching(/^DATACLIPS_OIDC_ISSUER must be the provider's https:\/\/ address/),
    expect.stringMatching(/^DATACLIPS_URL is missing/),
    expect.stringMatching(/^DATACLIPS_OIDC_DOMAINS .* not "@example.com"/),
    expect.stringMatching(/^DATACLIPS_OIDC_DOMAINS .* not "localhost"/),
    "DATACLIPS_OIDC_ROLE must be viewer or editor.",
  ]);
  expect(faults({ ...PROVIDER, DATACLIPS_OIDC_ROLE: "editor" })).toStrictEqual([
    expect.stringMatching(/^DATACLIPS_OIDC_ROLE is for newcomers/),
  ]);
});

test.each([
  ["http://localhost:8080/realms/a", 0],
  ["http://127.0.0.1:8080", 0],
  ["http://[::1]/", 0],
  ["https://login.example.com", 0],
  ["http://localhost.evil.example", 1],
  ["http://127.0.0.1.evil.example", 1],
  ["https://user@login.example.com", 1],
  ["https://login.example.com/?a=b", 1],
  ["login.example.com", 1],
  ["ftp://login.example.com", 1],
])("the issuer %s has %i faults", (issuer, count) => {
  expect(faults({ ...PROVIDER, DATACLIPS_OIDC_ISSUER: issuer })).toHaveLength(count);
});

test("a proxy's header is read, with what is usual", () => {
  expect(readConfig(PROXY).proxySignIn).toStrictEqual({ header: "X-Forwarded-Email", role: "viewer" });
  expect(readConfig({ ...PROXY, DATACLIPS_PROXY_ROLE: "editor" }).proxySignIn).toMatchObject({ role: "editor" });
});

test("a proxy's header without a trusted proxy is a fault, and so is one that means something else", () => {
  expect(faults(without(PROXY, "DATACLIPS_TRUSTED_PROXIES"))).toStrictEqual([
    expect.stringMatching(/^DATACLIPS_TRUSTED_PROXIES is missing/),
  ]);
  for (const header of ["Authorization", "cookie", "X-Forwarded-For", "two words", "a:b", "ü"]) {
    expect(faults({ ...PROXY, DATACLIPS_PROXY_HEADER: header })).toStrictEqual([
      expect.stringMatching(/^DATACLIPS_PROXY_HEADER must be/),
    ]);
  }
  expect(faults({ ...PROXY, DATACLIPS_PROXY_ROLE: "administrator" })).toStrictEqual([
    "DATACLIPS_PROXY_ROLE must be viewer or editor.",
  ]);
  expect(faults({ DATACLIPS_PROXY_ROLE: "viewer" })).toStrictEqual([
    expect.stringMatching(/^DATACLIPS_PROXY_ROLE is for/),
  ]);
});
