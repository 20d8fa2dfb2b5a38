import { spawn } from "node:child_process";
import type { SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A line of run-embedded.ts. */
export interface Line {
  progress?: string;
  primary?: string;
  follower?: string;
  error?: { code: string; message: string; hint: string };
}

const SCRIPT = fileURLToPath(new URL("./run-embedded.ts", import.meta.url));

/** Runs run-embedded.ts as a process of its own. */
export function startProcess(args: string[], options: SpawnOptions = {}) {
  const child = spawn(process.execPath, ["--import", "tsx", SCRIPT, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Line[] = [];
  const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  reader.on("line", (line) => lines.push(JSON.parse(line) as Line));
  const exited = once(child, "exit");
  return {
    child,
    /** Kills it and waits until it is gone; its servers may outlive it for a moment. */
    async kill(signal: NodeJS.Signals) {
      child.kill(signal);
      await exited;
    },
    /** The first line for which `test` holds; fails when the process ends without one. */
    async line(test: (line: Line) => boolean): Promise<Line> {
      for (;;) {
        const found = lines.find(test);
        if (found !== undefined) return found;
        await Promise.race([once(reader, "line"), once(reader, "close")]);
        const last = lines.find(test);
        if (last === undefined && child.exitCode !== null) throw new Error(`It ended with ${JSON.stringify(lines)}`);
      }
    },
  };
}
