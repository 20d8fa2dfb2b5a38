import type { Child } from "hono/jsx";

export const words = {
  checks: "Checks",
  foreignKeys: "Foreign keys",
  referencedBy: "Referenced by",
  notReadableByClips: "not readable by clips",
  indexes: "Indexes",
  index: "Index",
  definition: "Definition",
  size: "Size",
  notInUseIt: "not in use: it is being built, or that has failed",
  partitions: "Partitions",
  partition: "Partition",
  holds: "Holds",
  rowsAbout: "Rows, about",
  theseAreTheFirst: (count: Child, partitionCount: Child) => (
    <>
      These are the first {count} of {partitionCount}.
    </>
  ),
};
