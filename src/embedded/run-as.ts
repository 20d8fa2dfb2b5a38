import { spawn } from "node:child_process";
import type { ServerUser } from "./server-user.ts";

/**
 * The environment of every command here. It is empty but for these, because PostgreSQL's programs read dozens of
 * variables (PGHOSTADDR, PGSSLMODE, TZ ...) that are meant for other servers than this one.
 */
export const COMMAND_ENVIRONMENT = { LC_ALL: "C", PATH: "/usr/local/bin:/usr/bin:/bin" };

export interface CommandOutcome {
  /** The exit code; 127 when the command could not be started at all, 128 when a signal ended it. */
  status: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a command under the server's user (undefined: our own) and collects what it prints. Never throws.
 * As root we touch the files of that user only through this: a link that it planted then leads nowhere that it
 * could not go by itself.
 */
export function runAs(
  user: ServerUser | undefined,
  command: string,
  args: readonly string[],
  input = "",
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    // The current directory may be one that the server's user cannot enter.
    const child = spawn(command, args, { ...user, cwd: "/", env: COMMAND_ENVIRONMENT });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => {}); // it ended without reading its input: the exit code says why
    child.stdin.end(input);
    child.once("error", (error) => resolve({ status: 127, stdout, stderr: error.message }));
    child.once("close", (code) => resolve({ status: code ?? 128, stdout, stderr }));
  });
}
