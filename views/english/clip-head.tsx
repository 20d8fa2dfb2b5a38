import type { Child } from "hono/jsx";

export const words = {
  thisClip: "this clip",
  theCurrentOneIs: (version: string | number) => ` (the current one is ${version})`,
  onVersionAllVersions: (
    database: Child,
    version: Child,
    version2: Child,
    path: string,
    path2: string,
    teamName: Child,
    nameOf: Child,
  ) => (
    <>
      On {database} · version {version}
      {version2} · <a href={path}>all versions</a> · <a href={path2}>all results</a> · of the team {teamName} · made by{" "}
      {nameOf}
    </>
  ),
  audit: "audit",
  edit: "Edit",
  fork: "Fork",
};
