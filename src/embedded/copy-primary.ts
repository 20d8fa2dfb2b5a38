import { AppError } from "../errors.ts";
import { serverFiles } from "./home.ts";
import type { Home } from "./home.ts";
import { stopLeftoverServer } from "./leftover-server.ts";
import { makePrivateDirectory, removePrivateDirectory } from "./private-directory.ts";
import { runAs } from "./run-as.ts";
import { withSession } from "./session.ts";
import { SLOT } from "./settings.ts";
import { putUnfinishedMark } from "./unfinished-mark.ts";

/**
 * What pg_basebackup does on one machine: the files of a running server, without those that belong to the running
 * one only. The list is that of "Base Backup" in PostgreSQL's protocol documentation. The control file is copied
 * last, as there. `$1` is the primary's directory, `$2` the copy's.
 */
const COPY_SCRIPT = `
set -u
cd "$1" || exit 1
for entry in *; do
  case $entry in
    postmaster.pid | postmaster.opts | backup_label* | tablespace_map* | backup_manifest | current_logfiles) ;;
    pg_wal | pg_replslot | pg_dynshmem | pg_notify | pg_serial | pg_snapshots | pg_stat_tmp | pg_subtrans)
      mkdir "$2/$entry" || exit 1 ;;
    *) cp -R -p "$entry" "$2/" ;;
  esac
done
mkdir "$2/pg_wal/archive_status" "$2/pg_wal/summaries" || exit 1
cp -p global/pg_control "$2/global/pg_control" || exit 1
chmod 700 "$2" "$2"/pg_wal "$2"/pg_wal/*
: >"$2/standby.signal"
`;

/**
 * Makes the follower's directory from the running primary: PostgreSQL's "low-level base backup", a copy between
 * pg_backup_start and pg_backup_stop. The write-ahead log from its beginning on comes through the replication slot,
 * which is made first. Leaves the follower's unfinished mark, for whoever sees it run to take away.
 */
export async function copyPrimary(home: Home): Promise<void> {
  const { user, addresses, onProgress } = home;
  const { dataDirectory, unfinishedMark } = serverFiles(home, "follower");
  onProgress("Copying the primary to a new follower");
  await putUnfinishedMark(unfinishedMark);
  await stopLeftoverServer({ dataDirectory, user, address: addresses.follower, onProgress });
  await removePrivateDirectory(dataDirectory, user);

  await withSession(addresses.primary, "postgres", async (client) => {
    await client.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1", [
      SLOT,
    ]);
    await client.query("SELECT pg_create_physical_replication_slot($1, true)", [SLOT]);
    await makePrivateDirectory(dataDirectory, user, async (temporary) => {
      await client.query("SELECT pg_backup_start('follower', fast => true)");
      await copyFiles(home, temporary);
      const { rows } = await client.query<{ labelfile: string }>(
        "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)",
      );
      // Tells the follower from where on it must replay before its files fit together.
      const label = await runAs(
        user,
        "/bin/sh",
        ["-c", 'cat >"$1"', "sh", `${temporary}/backup_label`],
        rows[0]?.labelfile,
      );
      if (label.status !== 0) throw copyFailed(home, label.stderr);
    });
  });
}

async function copyFiles(home: Home, target: string): Promise<void> {
  const source = serverFiles(home, "primary").dataDirectory;
  const { status, stderr } = await runAs(home.user, "/bin/sh", ["-c", COPY_SCRIPT, "sh", source, target]);
  // A table that is dropped meanwhile vanishes under cp's hands. That is no fault: the log says the same.
  const complaints = stderr.split("\n").filter((line) => line !== "" && !line.includes("No such file or directory"));
  if (status !== 0 || complaints.length > 0) throw copyFailed(home, complaints.join("; "));
}

function copyFailed(home: Home, complaint: string): AppError {
  return new AppError("store_failed", `The follower could not be made from the primary: ${complaint}`, {
    hint: `Is the disk of ${home.path} full?`,
  });
}
