import type { Clip } from "../../src/clips/clips.ts";

export const words = {
  thisClip: "this clip",
  /** The audit's address; null for who may not read it. */
  facts: (
    { database, version: current, teamName }: Clip,
    shown: number,
    madeBy: string,
    { versions, results, audit }: { versions: string; results: string; audit: string | null },
  ) => (
    <>
      On {database} · version {shown}
      {shown !== current && <> (the current one is {current})</>} · <a href={versions}>all versions</a> ·{" "}
      <a href={results}>all results</a> · of the team {teamName} · made by {madeBy}
      {audit !== null && (
        <>
          {" "}
          · <a href={audit}>audit</a>
        </>
      )}
    </>
  ),
  edit: "Edit",
  fork: "Fork",
};
