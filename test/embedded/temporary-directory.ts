import { chmod, mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Where files are in memory. Hundreds of databases made and dropped took a third of the kernel's time on a disk: ext4 looks
 * for inodes that were deleted within five seconds whenever a file is created.
 */
const MEMORY = "/dev/shm";
/** What a run of all tests needs, twice. */
const ROOM_BYTES = 8 * 1024 ** 3;

async function isRoomy(directory: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= ROOM_BYTES;
}

/** A directory for PostgreSQL's data, or what else a test writes, removed by `remove`. Open to others, as an ordinary checkout is. */
export async function temporaryDirectory(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(`${(await isRoomy(MEMORY)) ? MEMORY : "/tmp"}/dc-test-`);
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
