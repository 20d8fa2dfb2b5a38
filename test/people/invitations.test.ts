import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  createInvitation,
  findInvitation,
  listInvitations,
  revokeInvitation,
  takeInvitation,
} from "../../src/people/invitations.ts";
import { createKey } from "../../src/people/keys.ts";
import { hashToken } from "../../src/people/tokens.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(() => server.own.query("DELETE FROM invitations; DELETE FROM people; DELETE FROM teams WHERE id <> 1"));

const DRAFT = { email: null, role: "editor", teamIds: [1], createdBy: "token" } as const;
const newcomer = (email: string) => ({ name: "Ada", email, passwordHash: "hashed" });

test("an invitation works for 7 days, and only a hash of its token is kept", async () => {
  const { db } = server.deps;
  const { id, token } = await createInvitation(db, { ...DRAFT, email: "Ada@Example.com" });
  expect(token).toMatch(/^[\w-]{43}$/);
  const { rows } = await server.own.query(
    "SELECT id, token_hash, email, round(extract(epoch FROM expires_at - now()) / 86400)::int AS days FROM invitations",
  );
  expect(rows).toStrictEqual([{ id, token_hash: hashToken(token), email: "ada@example.com", days: 7 }]);
  expect(await findInvitation(db, token)).toMatchObject({
    id,
    email: "ada@example.com",
    role: "editor",
    teams: ["Everyone"],
  });
  expect(await findInvitation(db, "never-made")).toBe(null);
  await server.own.query("UPDATE invitations SET expires_at = now()");
  expect(await findInvitation(db, token)).toBe(null);
  expect(await takeInvitation(db, token, newcomer("ada@example.com"))).toBe(null);
  expect(await listInvitations(db)).toStrictEqual([]);
});

test("of those who take it at the same moment, one gets in", async () => {
  const { db } = server.deps;
  const { token } = await createInvitation(db, DRAFT);
  const taken = await Promise.all(
    ["a", "b", "c"].map((name) => takeInvitation(db, token, newcomer(`${name}@example.com`))),
  );
  expect(taken.filter((person) => person !== null)).toMatchObject([{ role: "editor" }]);
  const { rows } = await server.own.query(
    "SELECT p.role, a.provider_id, a.account_id = p.id::text AS own, a.password FROM people AS p JOIN accounts AS a ON a.person_id = p.id",
  );
  expect(rows).toStrictEqual([{ role: "editor", provider_id: "credential", own: true, password: "hashed" }]);
  expect(await findInvitation(db, token)).toBe(null);
});

test("an address that is taken uses nothing up, and makes nothing", async () => {
  const { db } = server.deps;
  await addPerson(db, "viewer", { email: "taken@example.com" });
  const { token } = await createInvitation(db, DRAFT);
  await expect(takeInvitation(db, token, newcomer("Taken@example.com"))).rejects.toMatchObject({ code: "conflict" });
  expect((await server.own.query("SELECT 1 FROM accounts")).rows).toStrictEqual([]);
  expect(await takeInvitation(db, token, newcomer("free@example.com"))).toMatchObject({ email: "free@example.com" });
});

test("it makes what it says: the role, the teams that are still there, and the address that it is for", async () => {
  const { db } = server.deps;
  const { rows } = await server.own.query<{ id: string }>(
    "INSERT INTO teams (name) VALUES ('Staying'), ('Going') RETURNING id",
  );
  const teamIds = rows.map(({ id }) => Number(id));
  const { token } = await createInvitation(db, {
    email: "ada@example.com",
    role: "viewer",
    teamIds,
    createdBy: "token",
  });
  expect((await findInvitation(db, token))!.teams).toStrictEqual(["Going", "Staying"]);
  await server.own.query("DELETE FROM teams WHERE name = 'Going'");
  expect((await findInvitation(db, token))!.teams).toStrictEqual(["Staying"]);
  const person = await takeInvitation(db, token, newcomer("eve@example.com"));
  expect(person).toMatchObject({ email: "ada@example.com", role: "viewer" });
  const members = await server.own.query("SELECT team_id::int FROM team_members WHERE person_id = $1", [person!.id]);
  expect(members.rows).toStrictEqual([{ team_id: teamIds[0] }]);
});

test("one that is revoked works no more", async () => {
  const { db } = server.deps;
  const { id, token } = await createInvitation(db, DRAFT);
  expect(await listInvitations(db)).toMatchObject([{ id, invitedBy: null, createdBy: "token" }]);
  expect(await revokeInvitation(db, id)).toBe(true);
  expect(await revokeInvitation(db, id)).toBe(false);
  expect(await findInvitation(db, token)).toBe(null);
  expect(await takeInvitation(db, token, newcomer("ada@example.com"))).toBe(null);
});

test("who may not invite any more leaves no invitation behind that works", async () => {
  const { db } = server.deps;
  const boss = await addPerson(db, "administrator", { name: "Boss" });
  const { id: keyId } = await createKey(db, boss.id, { name: "a key", scope: "admin" });
  const made = await Promise.all(
    [`person:${boss.id}`, `key:${keyId}`, "token"].map((createdBy) => createInvitation(db, { ...DRAFT, createdBy })),
  );
  const working = async () => Promise.all(made.map(async ({ token }) => (await findInvitation(db, token))?.invitedBy));
  expect(await working()).toStrictEqual(["Boss", "Boss", null]);
  for (const change of ["role = 'editor'", "role = 'administrator', disabled_at = now()"]) {
    await server.own.query(`UPDATE people SET ${change}`);
    expect(await working()).toStrictEqual([undefined, undefined, null]);
    expect(await takeInvitation(db, made[0]!.token, newcomer("eve@example.com"))).toBe(null);
    expect(await listInvitations(db)).toHaveLength(1);
  }
  const nobody = await createInvitation(db, { ...DRAFT, createdBy: "anonymous" });
  expect(await findInvitation(db, nobody.token)).toBe(null);
});
