import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "hono/jsx" } },
  test: {
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    globalSetup: ["test/support/global-setup.ts"],
    // Files wait more for PostgreSQL than they compute: the default, one process fewer than processors, leaves one idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Files share their process's modules: loading them anew for each took a fifth of the time. Every database is a file's own.
    isolate: false,
    // Only what hangs should meet it: a busy machine takes three times as long as an idle one.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
