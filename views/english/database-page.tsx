import type { AppError } from "../../src/errors.ts";
import type { ListedLink } from "../../src/links/list-links.ts";
import type { MaterializedClip } from "../../src/materialized/list-materialized.ts";
import { formatTime } from "./formats.ts";

export const words = {
  title: (name: string) => `Database ${name}`,
  all: "All databases",
  followers: "Followers",
  extensions: "Extensions",
  helpers: "Helpers",
  links: "Links",
  materialized: "Materialized clips",
  notKnown: ({ message, hint = "" }: AppError) => `This could not be found out. ${message} ${hint}`,
  noExtensions: "There are none.",
  columns: ["Extension", "Version", "Is"],
  link: ({ name, schema, to }: ListedLink) => (
    <>
      <code>{name}</code>: the schema {schema} of {to ?? "another database"}
    </>
  ),
  noLinks: "There are none: with one, clips here can join tables of another database.",
  allLinks: "Links to other databases",
  noMaterialized: "There are none. A clip can be kept as a table that others build on: see the clip's page.",
  /** `href`: the clip's address. */
  materializedClip: ({ title, name, refreshedAt, failed }: MaterializedClip, href: string) => (
    <>
      <a href={href}>{title}</a>: <code>dataclips.{name}</code>,{" "}
      {refreshedAt === null ? (
        "never filled yet"
      ) : (
        <>
          of <time datetime={refreshedAt.toISOString()}>{formatTime(refreshedAt)}</time>
        </>
      )}
      {failed && ", and its last refresh has failed"}
    </>
  ),
};
