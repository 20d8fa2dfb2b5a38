import type { Share } from "../src/clips/shares.ts";
import type { PagePreview } from "../src/routes/await-preview.ts";
import { formatTime } from "./english/formats.ts";
import { ShareMade } from "./share-made.tsx";
import { ShareSummary } from "./share-summary.tsx";

interface ClipSharesProps {
  shares: readonly Share[];
  preview: PagePreview;
  /** A share that was made just now, and its address: shown this once. */
  made: { id: string; url: string } | null;
  /** The clip's address. */
  path: string;
}

/** The links to a clip, on its page, and the forms that make one. */
export function ClipShares({ shares, preview, made, path }: ClipSharesProps) {
  const result = "head" in preview ? preview.head.number : null;
  const madeShare = shares.find(({ id }) => id === made?.id);
  return (
    <section id="shares">
      <h2>Share</h2>
      {made !== null && madeShare !== undefined && (
        <ShareMade url={made.url} share={madeShare}>
          <strong>The link is made.</strong> Copy it now: it is shown only this once.
        </ShareMade>
      )}
      <form method="post" action={`${path}/shares`}>
        <button>Make a link</button> <span class="note">Anyone who has the link sees the result, not the SQL.</span>
      </form>
      {result !== null && (
        <form method="post" action={`${path}/shares`}>
          <input type="hidden" name="result" value={String(result)} />
          <button>Pin a link to result {result}</button>{" "}
          <span class="note">It shows this result and never another one.</span>
        </form>
      )}
      <p>
        <a href={`${path}/shares/new${result === null ? "" : `?result=${result}`}`}>Make one with rules</a>: until when,
        with which values, for whom.
      </p>
      {shares.length > 0 && (
        <ul class="plain">
          {shares.map((share) => (
            <li>
              <form method="post" action={`${path}/shares/${share.id}/revoke`}>
                {share.name === "" ? "A link" : <strong>{share.name}</strong>} made on {formatTime(share.createdAt)}
                {share.result !== null && (
                  <>
                    , pinned to <a href={`${path}?result=${share.result}`}>result {share.result}</a>
                  </>
                )}{" "}
                <a href={`/share-list/${share.id}`}>Rules and use</a> <button class="plain">Revoke</button>{" "}
                <button class="plain" formaction={`/share-list/${share.id}/rotate`}>
                  New {share.signed ? "key" : "address"}
                </button>{" "}
                <ShareSummary share={share} />
              </form>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
