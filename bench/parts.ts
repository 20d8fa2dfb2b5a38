import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

const ROOT = new URL("..", import.meta.url);

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A process of this repository that serves, once it says "ready". */
export async function startNode(args: readonly string[], env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on("data", (text: Buffer) => text.includes("ready") && resolve());
    child.once("exit", () => reject(new Error("A server did not start.")));
  });
  return child;
}

/** What bench/load.ts asks for, and how. */
interface Load {
  port: number;
  path: string;
  seconds: number;
  connections: number;
  coding?: string | undefined;
}

/** Requests per second that bench/load.ts comes to, in a process of its own. */
export async function load({ port, path, seconds, connections, coding = "identity" }: Load): Promise<number> {
  const args = ["--import", "tsx", "bench/load.ts", port, path, seconds, connections, coding].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return Number(stdout);
}
