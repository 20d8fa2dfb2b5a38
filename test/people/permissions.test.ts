import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { AppError } from "../../src/errors.ts";
import type { Access, Role } from "../../src/people/access.ts";
import {
  ACTIONS,
  type Action,
  checkAction,
  checkWriteOn,
  mayDo,
  maySeeClip,
  mayUseDatabase,
  mayWriteOn,
  teamFor,
  visibleTo,
} from "../../src/people/permissions.ts";

const EVERYONE = { id: 1, name: "Everyone", databases: null };
const FINANCE = { id: 2, name: "Finance", databases: ["ledger"] };
const NOWHERE = { id: 3, name: "Nowhere", databases: [] };

function access(role: Role, more: Partial<Access> = {}): Access {
  return {
    via: "session",
    person: { id: "p", name: "Ada", email: "ada@example.com", role },
    role,
    teams: role === "administrator" ? null : [EVERYONE],
    databases: null,
    asker: "person:p",
    sessionId: "s",
    ...more,
  };
}

/** The code of what a check throws; null: nothing. */
function codeOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return (error as AppError).code;
  }
}

const actions = Object.keys(ACTIONS) as Action[];

test("the README's table of actions is the one that decides", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const section = /### Who may do what\n(.*?)\n##/s.exec(readme)![1]!;
  const said = [...section.matchAll(/^\| `([\w.]+)` \|[^|]+\|([^|]+)\|([^|]+)\|([^|]+)\|/gm)].map(
    ([, action, ...cells]) => [action, cells.map((cell) => cell.trim())],
  );
  const decided = actions.map((action) => [
    action,
    (["viewer", "editor", "administrator"] as const).map((role) => (mayDo(access(role), action) ? "yes" : "–")),
  ]);
  expect(Object.fromEntries(said)).toStrictEqual(Object.fromEntries(decided));
});

test("each role may do what the one below may", () => {
  const may = (role: Role): Action[] => actions.filter((action) => mayDo(access(role), action));
  expect(may("editor")).toEqual(expect.arrayContaining(may("viewer")));
  expect(may("administrator")).toStrictEqual(actions);
  expect(may("editor").length).toBeGreaterThan(may("viewer").length);
});

test("a key does not touch what anybody signs in with, whatever its scope", () => {
  const key = access("administrator", { via: "key" });
  expect(actions.filter((action) => !mayDo(key, action))).toStrictEqual(["account.manage", "people.sign_in"]);
});

test("a key that is for some databases reaches nothing that is for all", () => {
  const key = access("administrator", { via: "key", databases: ["sales"] });
  expect(actions.filter((action) => !mayDo(key, action))).toStrictEqual([
    "account.manage",
    "people.manage",
    "people.sign_in",
    "teams.manage",
    "audit.read",
  ]);
});

test.each<[string, Partial<Access>, { teamId: number; database: string }, boolean]>([
  ["of one's own team", {}, { teamId: 1, database: "sales" }, true],
  ["of another team", {}, { teamId: 2, database: "sales" }, false],
  ["of any team, for who is in none", { teams: [] }, { teamId: 1, database: "sales" }, false],
  ["of one of several teams", { teams: [EVERYONE, FINANCE] }, { teamId: 2, database: "sales" }, true],
  ["of any team, for an administrator", { teams: null }, { teamId: 7, database: "sales" }, true],
  ["on a database of the key's", { databases: ["sales"] }, { teamId: 1, database: "sales" }, true],
  ["on a database that the key is not for", { databases: ["hr"] }, { teamId: 1, database: "sales" }, false],
  ["on any, for a key that is for none", { databases: [] }, { teamId: 1, database: "sales" }, false],
  [
    "on another database, for an administrator's key",
    { teams: null, databases: ["hr"] },
    { teamId: 1, database: "sales" },
    false,
  ],
])("whether a clip is seen: %s", (_, more, clip, seen) => {
  expect(maySeeClip(access("viewer", more), clip)).toBe(seen);
  // A list shows the same ones.
  const { teamIds, databases } = visibleTo(access("viewer", more));
  expect((teamIds?.includes(clip.teamId) ?? true) && (databases?.includes(clip.database) ?? true)).toBe(seen);
});

test.each<[string, Access, string, number | undefined, boolean]>([
  ["a viewer", access("viewer"), "sales", 1, false],
  ["an editor, for their team", access("editor"), "sales", 1, true],
  ["an editor, for another team", access("editor"), "sales", 2, false],
  ["an editor, for any team", access("editor"), "sales", undefined, true],
  ["an editor of no team", access("editor", { teams: [] }), "sales", undefined, false],
  ["an editor whose team may use it", access("editor", { teams: [FINANCE] }), "ledger", 2, true],
  ["an editor whose team may not", access("editor", { teams: [FINANCE] }), "sales", 2, false],
  ["an editor whose other team may", access("editor", { teams: [FINANCE, EVERYONE] }), "sales", 2, false],
  ["an editor whose other team may, for that", access("editor", { teams: [FINANCE, EVERYONE] }), "sales", 1, true],
  ["an editor whose team may use none", access("editor", { teams: [NOWHERE] }), "sales", undefined, false],
  ["an editor's key for it", access("editor", { databases: ["sales"] }), "sales", 1, true],
  ["an editor's key for another", access("editor", { databases: ["hr"] }), "sales", 1, false],
  ["an administrator", access("administrator"), "sales", 99, true],
  ["an administrator's key for another", access("administrator", { databases: ["hr"] }), "sales", 1, false],
])("whether clips are written: %s", (_, who, database, teamId, may) => {
  expect(mayWriteOn(who, database, teamId)).toBe(may);
  expect(codeOf(() => checkWriteOn(who, database, teamId))).toBe(may ? null : "forbidden");
});

test("a database is seen by who is in a team that may use it", () => {
  expect(mayUseDatabase(access("viewer", { teams: [FINANCE] }), "ledger")).toBe(true);
  expect(mayUseDatabase(access("viewer", { teams: [FINANCE] }), "sales")).toBe(false);
  expect(mayUseDatabase(access("viewer", { teams: [FINANCE, EVERYONE] }), "sales")).toBe(true);
  expect(mayUseDatabase(access("editor", { teams: [] }), "sales")).toBe(false);
  expect(mayUseDatabase(access("administrator", { databases: ["hr"] }), "sales")).toBe(false);
});

test("a new clip is the first team's, for who is in it, or else of the first that may use the database", () => {
  expect(teamFor(access("administrator"), "sales")).toBe(1);
  expect(teamFor(access("editor", { teams: [FINANCE, EVERYONE] }), "ledger")).toBe(1);
  expect(teamFor(access("editor", { teams: [NOWHERE, FINANCE] }), "ledger")).toBe(2);
  expect(teamFor(access("editor", { teams: [NOWHERE, FINANCE] }), "sales")).toBeUndefined();
});

test("a refusal says what it takes, who one is, and what to do", () => {
  expect(() => checkAction(access("viewer"), "clips.write")).toThrow("This takes an editor, and you are a viewer.");
  expect(() => checkAction(access("editor"), "people.manage")).toThrow(
    "This takes an administrator, and you are an editor.",
  );
  expect(() => checkAction(access("viewer", { via: "key" }), "clips.write")).toThrow(
    "This takes an editor, and you are using a key that makes you a viewer.",
  );
  expect(() => checkAction(access("administrator", { via: "key" }), "account.manage")).toThrow(
    expect.objectContaining({ code: "forbidden", hint: "Sign in with a browser." }),
  );
});
