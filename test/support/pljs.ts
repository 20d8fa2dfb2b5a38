import { existsSync } from "node:fs";
import { PLJS_DIRECTORY } from "../../src/embedded/extensions.ts";

/** Whether tests that need PL/JS are run: in CI always, so that they fail where it is missing. */
export const hasPljs = existsSync(PLJS_DIRECTORY) || process.env["CI"] !== undefined;
