import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../errors.ts";
import type { Home } from "./home.ts";
import { withSession } from "./session.ts";

/** The sample databases, and who owns each and its tables. */
const SAMPLES = { shop: "shop_owner", billing: "billing_owner" } as const;

/**
 * `dataclips` owns Dataclips' own database. `dataclips_signal` may end sessions of ordinary roles, and nothing else:
 * it ends a reader's session that ignores a cancel. Whoever is not named may not even connect where clips do not run.
 */
const BASE_SQL = `
CREATE ROLE dataclips LOGIN;
CREATE ROLE dataclips_signal LOGIN IN ROLE pg_signal_backend;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO dataclips_signal;
`;

/**
 * Makes the roles and databases of a new primary, and loads the sample databases from `samplesDirectory`
 * (`shop.sql` and `billing.sql`; undefined: none).
 */
export async function loadDatabases(home: Home, samplesDirectory: string | undefined): Promise<void> {
  const address = home.addresses.primary;
  const samples = samplesDirectory === undefined ? [] : Object.entries(SAMPLES);
  const rolesSql = await readFile(fileURLToPath(new URL("../../sql/roles.sql", import.meta.url)), "utf8");

  await withSession(address, "postgres", async (client) => {
    await client.query(BASE_SQL);
    await client.query("CREATE DATABASE dataclips OWNER dataclips");
    await client.query("REVOKE ALL ON DATABASE dataclips FROM PUBLIC");
    for (const [database, owner] of samples) {
      await client.query(`CREATE ROLE ${owner} LOGIN`);
      await client.query(`CREATE DATABASE ${database} OWNER ${owner}`);
    }
  });

  await Promise.all(
    samples.map(async ([database, owner]) => {
      home.onProgress(`Loading the sample database ${database}`);
      const file = join(samplesDirectory ?? "", `${database}.sql`);
      const sql = await readFile(file, "utf8");
      await withSession(address, database, async (client) => {
        await client.query(`SET ROLE ${owner};\n${sql}`).catch((cause: unknown) => {
          throw new AppError(
            "store_failed",
            `${file} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
            { cause },
          );
        });
      });
      // Freezing also sets the hint bits, so that the follower's first queries need not look up every transaction.
      // A tenth of the usual sample takes half a second less, and autovacuum will look again.
      await withSession(address, database, async (client) => {
        await client.query("SET default_statistics_target = 10");
        await client.query("VACUUM (FREEZE, ANALYZE)");
      });
    }),
  );

  // One after the other: each changes the same role. In `postgres` too, so that the role is there without samples.
  for (const database of ["postgres", ...samples.map(([name]) => name)]) {
    await withSession(address, database, async (client) => {
      await client.query(`
        SELECT set_config('dataclips.schemas', string_agg(nspname, ','), false)
        FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`);
      await client.query(rolesSql);
    });
  }
  await withSession(address, "postgres", (client) =>
    client.query("REVOKE CONNECT ON DATABASE postgres FROM dataclips_reader"),
  );
}
