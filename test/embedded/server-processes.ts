import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** The command lines of all processes that name `path`: PostgreSQL's own and their guards. */
export async function processesOf(path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,args="], { maxBuffer: 10_000_000 });
  return stdout.split("\n").filter((line) => line.includes(`${path}/`) && !line.includes("run-embedded.ts"));
}

/** The process id of the server on a data directory. */
export async function serverPid(dataDirectory: string): Promise<number> {
  const text = await readFile(`${dataDirectory}/postmaster.pid`, "utf8");
  return Number(text.split("\n")[0]);
}

/** Tries again until `attempt` neither throws nor gives false. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + 60_000;
  for (;;) {
    try {
      const value = await attempt();
      if (value !== false) return value;
      if (Date.now() > deadlineMs) throw new Error("It did not come true in time");
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
    }
    await sleep(20);
  }
}
