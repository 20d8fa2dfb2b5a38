import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../errors.ts";
import { PLJS_DIRECTORY } from "./extensions.ts";
import { runAs } from "./run-as.ts";

const PACKAGE = "postgresql-18-pljs";
/** The Debian suite that has it. Its library asks for no newer glibc than 2.17, so it runs on older ones too. */
const SUITE = "forky";
const ARCHITECTURES = ["amd64", "arm64"];
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Puts PL/JS beside the embedded PostgreSQL: takes Debian's package from the mirror that this machine's apt is set up
 * with, without installing it, and unpacks its library and its extension's files. The next start of the embedded
 * PostgreSQL offers them (see extensions.ts). Resolves to the version; what is there already is kept.
 * @param onProgress gets a line for people at each step
 * @throws AppError invalid_request when this is no Debian on amd64 or arm64, store_failed when it cannot be fetched
 */
export async function getPljs(onProgress: (line: string) => void, directory = PLJS_DIRECTORY): Promise<string> {
  const there = await pljsVersion(directory);
  if (there !== null) return there;
  const architecture = (await run("dpkg", ["--print-architecture"], "This machine has no dpkg")).trim();
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1];
  if (!/^ID=debian$/m.test(release) || codename === undefined || !ARCHITECTURES.includes(architecture)) {
    throw cannot(`It is packaged for Debian on ${ARCHITECTURES.join(" and ")}; this machine is another`);
  }

  const work = await mkdtemp(join(tmpdir(), "dataclips-pljs-"));
  try {
    const file = await download(work, await mirrors(codename), onProgress);
    onProgress(`Unpacking ${file}`);
    await run("dpkg-deb", ["-x", join(work, file), join(work, "package")], "The package cannot be unpacked");
    const half = `${directory}.half`;
    await rm(half, { recursive: true, force: true });
    await mkdir(join(half, "lib"), { recursive: true });
    await cp(join(work, "package/usr/lib/postgresql/18/lib/pljs.so"), join(half, "lib/pljs.so"));
    await cp(join(work, "package/usr/share/postgresql/18/extension"), join(half, "share/extension"), {
      recursive: true,
    });
    await rm(directory, { recursive: true, force: true });
    await rename(half, directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const version = await pljsVersion(directory);
  if (version === null) throw cannot(`The package ${PACKAGE} has no pljs.control`);
  return version;
}

/** The version that is in a directory; null if there is none. */
async function pljsVersion(directory: string): Promise<string | null> {
  const control = await readFile(join(directory, "share/extension/pljs.control"), "utf8").catch(() => "");
  return /^default_version = '(.+)'$/m.exec(control)?.[1] ?? null;
}

/** The archives that apt takes this Debian from, whatever the format of its sources: as `<uri>` of `<uri>/dists/<codename>`. */
async function mirrors(codename: string): Promise<string[]> {
  const uris = await run("apt-get", ["update", "--print-uris", "-o", "Debug::NoLocking=1"], "apt-get does not work");
  const found = [...uris.matchAll(/^'(.+)\/dists\/([^/]+)\/InRelease' /gm)].filter(([, , suite]) => suite === codename);
  if (found.length === 0) throw cannot(`apt has no source of Debian ${codename}`);
  return [...new Set(found.map(([, uri]) => uri!))];
}

/** Downloads the package with a list of sources of its own; apt checks its signature. Resolves to the file's name. */
async function download(work: string, uris: readonly string[], onProgress: (line: string) => void): Promise<string> {
  const signedBy = (await readFile(KEYRING).catch(() => null)) === null ? [] : [`Signed-By: ${KEYRING}`];
  let complaint = "";
  for (const [index, uri] of uris.entries()) {
    onProgress(
      `Asking this machine's mirror ${uris.length > 1 ? `${index + 1} of ${uris.length} ` : ""}for ${PACKAGE}`,
    );
    const root = join(work, String(index));
    await mkdir(join(root, "lists/partial"), { recursive: true });
    await mkdir(join(root, "cache/archives/partial"), { recursive: true });
    await mkdir(join(root, "sources"), { recursive: true });
    const source = ["Types: deb", `URIs: ${uri}`, `Suites: ${SUITE}`, "Components: main", ...signedBy, ""].join("\n");
    await writeFile(join(root, "sources/pljs.sources"), source);
    await writeFile(join(root, "status"), "");
    const options = {
      "Dir::Etc::sourcelist": "/dev/null",
      "Dir::Etc::sourceparts": join(root, "sources"),
      "Dir::State": root,
      "Dir::State::lists": join(root, "lists"),
      "Dir::State::status": join(root, "status"),
      "Dir::Cache": join(root, "cache"),
      // The directories are ours: apt's own user could not enter them.
      "APT::Sandbox::User": process.getuid?.() === 0 ? "root" : "",
      "Acquire::Retries": "3",
      "Acquire::Languages": "none",
      "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
      "Debug::NoLocking": "1",
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const updated = await runAs(undefined, "apt-get", [...flags, "-qq", "--error-on=any", "update"]);
    // In a directory of its own, for apt-get writes into the current one.
    const script = `cd "$0" && exec apt-get "$@"`;
    const fetched =
      updated.status === 0
        ? await runAs(undefined, "sh", ["-c", script, work, ...flags, "-qq", "download", PACKAGE])
        : updated;
    const file = (await readdir(work)).find((name) => name.endsWith(".deb"));
    if (fetched.status === 0 && file !== undefined) return file;
    complaint = fetched.stderr.trim() || fetched.stdout.trim() || `exit code ${fetched.status}`;
  }
  throw cannot(
    `The mirror that apt is set up with gave no ${PACKAGE} of Debian ${SUITE}: ${complaint}`,
    "store_failed",
  );
}

async function run(command: string, args: readonly string[], complaint: string): Promise<string> {
  const { status, stdout, stderr } = await runAs(undefined, command, args);
  if (status !== 0) throw cannot(`${complaint}: ${stderr.trim() || `exit code ${status}`}`);
  return stdout;
}

function cannot(reason: string, code: "invalid_request" | "store_failed" = "invalid_request"): AppError {
  return new AppError(code, `PL/JS cannot be had here. ${reason}.`, {
    hint: "Dataclips works without it; only helper functions written in JavaScript need it, or PL/V8 on a server of your own.",
  });
}
