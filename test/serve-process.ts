import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** `dataclips serve`, or another command, as a process of its own. */
export interface ServeProcess {
  /** What it has written so far. */
  out(): string;
  err(): string;
  /** Where it listens, and where it is set up, if it is not; once it says that it is ready. Fails when it ends without. */
  ready(): Promise<{ url: string; setUpUrl: string | null }>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code, once it has ended by itself; null if a signal ended it. */
  exited: Promise<number | null>;
}

/** @param env all of its environment, beside PATH and HOME */
export function startProcess(env: Record<string, string>, args: string[] = ["serve"]): ServeProcess {
  const { PATH = "", HOME = "/tmp" } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli.ts", ...args], {
    cwd: ROOT,
    env: { PATH, HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => (out += data));
  child.stderr.on("data", (data: Buffer) => (err += data));
  const exited = once(child, "close").then(([code]) => code as number | null);
  return {
    out: () => out,
    err: () => err,
    async ready() {
      for (;;) {
        const [, url] = /Dataclips is ready on (\S+)\n/.exec(out) ?? [];
        const [, setUpUrl = null] = /Make your account[^:]*: +(\S+)\n/.exec(out) ?? [];
        if (url !== undefined) return { url, setUpUrl };
        await Promise.race([once(child.stdout, "data"), exited]);
        if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}:\n${out}\n${err}`);
      }
    },
    kill: (signal) => void child.kill(signal),
    exited,
  };
}
