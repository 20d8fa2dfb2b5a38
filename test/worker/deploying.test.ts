import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const readme = await readFile(new URL("README.md", ROOT), "utf8");

/** What the README has one type behind `npx wrangler`, in blocks and in sentences. */
const COMMANDS = [...readme.matchAll(/npx wrangler\s+([^`\n]+)/g)].map(([, command]) => command!);
const KNOWN = ["hyperdrive create", "secret put", "deploy", "r2 bucket create"];

test("all that the README has wrangler do is looked at here", () => {
  expect(COMMANDS.filter((command) => !KNOWN.some((known) => command.startsWith(known)))).toStrictEqual([]);
});

// Without an account they go no further than this.
test.for(KNOWN)("wrangler %s is there, with the README's flags", async (command) => {
  const said = COMMANDS.filter((other) => other.startsWith(command));
  expect(said).not.toStrictEqual([]);
  const { stdout } = await promisify(execFile)("npx", ["wrangler", ...command.split(" "), "--help"], {
    cwd: ROOT,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
  });
  expect(stdout).toContain(`wrangler ${command}`);
  for (const [flag] of said.join("\n").matchAll(/--[\w-]+/g)) expect(stdout).toContain(flag);
});
