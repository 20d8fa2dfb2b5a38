import { access, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** Puts the mark, on the disk before this returns. */
export async function putUnfinishedMark(path: string): Promise<void> {
  const file = await open(path, "w");
  await file.writeFile("A start was interrupted here. The next one begins anew.\n");
  await file.sync();
  await file.close();
  await syncDirectory(dirname(path));
}

/** Takes the mark away, on the disk before this returns. */
export async function removeUnfinishedMark(path: string): Promise<void> {
  await unlink(path);
  await syncDirectory(dirname(path));
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  await directory.sync();
  await directory.close();
}
