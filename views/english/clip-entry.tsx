import type { Child } from "hono/jsx";

export const words = {
  restore: "Restore",
  versionChanged: (database: Child, teamName: Child, version: Child, updatedAt: Child) => (
    <>
      {database} · {teamName} · version {version} · changed {updatedAt}
    </>
  ),
};
