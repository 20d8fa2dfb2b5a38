import { diffLines } from "diff";
import { words } from "./english/sql-diff.ts";

/** For SQL of 100 KB that has nothing in common with the other one, the comparison would take seconds. */
const PATIENCE_MS = 200;

/** A line of both texts: null where one of them has none. */
interface LinePair {
  before: string | null;
  after: string | null;
  changed: boolean;
}

/** Two versions of a clip's SQL side by side, line by line; what changed is marked by more than a colour. */
export function SqlDiff({ before, after }: { before: string; after: string }) {
  const pairs = pairLines(before, after);
  if (pairs === null) return <p class="note">{words.tooDifferent}</p>;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={words.whatChanged}>
      <table class="diff">
        <tbody>
          {pairs.map((pair) => (
            <tr>
              <Side text={pair.before} kind={pair.changed ? "removed" : null} />
              <Side text={pair.after} kind={pair.changed ? "added" : null} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Side({ text, kind }: { text: string | null; kind: "removed" | "added" | null }) {
  if (text === null) return <td class="gap" />;
  if (kind === null) return <td>{text}</td>;
  return <td class={kind}>{kind === "removed" ? <del>{text}</del> : <ins>{text}</ins>}</td>;
}

/** The lines of both, in the order of both; lines that took the place of others stand beside them. Null: it took too long. */
export function pairLines(before: string, after: string): LinePair[] | null {
  const parts = diffLines(withEnd(before), withEnd(after), { stripTrailingCr: true, timeout: PATIENCE_MS });
  if (parts === undefined) return null;
  const pairs: LinePair[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    for (let line = 0; line < Math.max(removed.length, added.length); line++) {
      pairs.push({ before: removed[line] ?? null, after: added[line] ?? null, changed: true });
    }
    removed = [];
    added = [];
  };
  for (const part of parts) {
    const lines = part.value.replace(/\n$/, "").split("\n");
    if (part.removed) removed.push(...lines);
    else if (part.added) added.push(...lines);
    else {
      flush();
      pairs.push(...lines.map((line) => ({ before: line, after: line, changed: false })));
    }
  }
  flush();
  return pairs;
}

/** A last line without an end is the same line as one with it. */
function withEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
