import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** What is said by HTTP of runs and their results, and has to be the same on both of the runtimes. */
const ON_BOTH = [
  "test/runs/{execute,cancel,parameters,name-policy}.test.ts",
  "test/routes/{clip-results,api-runs,api-errors}.test.ts",
];
/** What only Workers have. */
const ON_WORKERS = "test/worker/**/*.test.ts";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    projects: [
      {
        extends: true,
        test: { name: "node", include: ["test/**/*.test.ts", "test/**/*.test.tsx"], exclude: [ON_WORKERS] },
      },
      // The same files, against the Worker in Cloudflare's runtime.
      {
        extends: true,
        test: { name: "workers", include: [...ON_BOTH, ON_WORKERS], provide: { runtime: "workers" } },
      },
    ],
    provide: { runtime: "node" },
    // Files wait more for PostgreSQL than they compute: the default, one process fewer than processors, leaves one idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Files share their process's modules: loading them anew for each took a fifth of the time. Every database is a file's own.
    isolate: false,
    // Only what hangs should meet it: a busy machine takes three times as long as an idle one.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
