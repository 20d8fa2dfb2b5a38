import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A directory for one test file, removed by `remove`. Open to others, as an ordinary checkout is. */
export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp("/tmp/dc-test-");
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Sample files of a few rows, so that a first start costs next to nothing. */
export async function writeTinySamples(path: string, shopSql = TINY): Promise<string> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "shop.sql"), shopSql);
  await writeFile(join(path, "billing.sql"), TINY);
  return path;
}

const TINY = `
CREATE TABLE numbers (n int PRIMARY KEY, word text);
INSERT INTO numbers SELECT n, 'word ' || n FROM generate_series(1, 100) AS n;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
`;
