import { checkFollower } from "./check-follower.ts";
import type { Database } from "./databases.ts";

/** How every follower is, a line for each, as a server says it when it starts; each as soon as it is known. */
export async function reportFollowers(databases: readonly Database[], print: (line: string) => void): Promise<void> {
  await Promise.all(
    databases.flatMap((database) =>
      database.followers.map(async (follower) => {
        const { inspection, standing } = await checkFollower(follower, database);
        const { fault, note, lagSeconds } = standing;
        const place = `${database.name}, ${follower.name}`;
        if (inspection === null) return print(`${place}: runs no clips, ${fault?.reason}`);
        const { server, role } = inspection;
        const count = (severity: string): number =>
          role.findings.filter((finding) => finding.severity === severity).length;
        const words = [
          `PostgreSQL ${server.version}`,
          server.status.isFollower ? `a follower, ${lagSeconds ?? "?"} s behind` : "a primary, not a follower",
          count("error") > 0 ? `its role ${role.role} can do more than read` : `its role ${role.role} can only read`,
          ...(count("warning") > 0 ? [`${count("warning")} ${count("warning") === 1 ? "warning" : "warnings"}`] : []),
          ...(fault === null ? [] : [`runs no clips: ${fault.reason}`]),
          ...(note === null ? [] : [note]),
          ...(count("error") + count("warning") > 0 ? ["see: npm run dataclips doctor"] : []),
        ];
        print(`${place}: ${words.join(", ")}`);
      }),
    ),
  );
}
