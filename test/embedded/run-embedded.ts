import { startEmbedded } from "../../src/embedded/embedded.ts";

/**
 * Starts the embedded PostgreSQL in a process of its own, for the tests that kill it: `run-embedded.ts <directory>
 * [<samples directory>]`. Prints a line of JSON for each step and one with the addresses; SIGTERM stops it cleanly.
 */
const [dataDirectory = "", samplesDirectory] = process.argv.slice(2);
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const embedded = await startEmbedded({
    dataDirectory,
    samples: samplesDirectory !== undefined,
    ...(samplesDirectory === undefined ? {} : { samplesDirectory }),
    onProgress: (progress) => print({ progress }),
  });
  process.once("SIGTERM", () => void embedded.stop().then(() => process.exit(0)));
  print({
    primary: embedded.url({ role: "postgres", database: "postgres" }),
    follower: embedded.url({ role: "postgres", database: "postgres", server: "follower" }),
  });
} catch (error) {
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  print({ error: { code, message, hint } });
  process.exit(1);
}
