import type { Share } from "../src/clips/shares.ts";
import type { PagePreview } from "../src/routes/await-preview.ts";
import { ShareMade } from "./share-made.tsx";
import { ShareSummary } from "./share-summary.tsx";
import { words } from "./english/clip-shares.tsx";

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
      <h2>{words.title}</h2>
      {made !== null && madeShare !== undefined && (
        <ShareMade url={made.url} share={madeShare}>
          {words.linkIsMade()}
        </ShareMade>
      )}
      <form method="post" action={`${path}/shares`}>
        <button>{words.makeLink}</button> <span class="note">{words.whoSeesWhat}</span>
      </form>
      {result !== null && (
        <form method="post" action={`${path}/shares`}>
          <input type="hidden" name="result" value={String(result)} />
          <button>{words.pinLink(result)}</button> <span class="note">{words.whatPinnedShows}</span>
        </form>
      )}
      <p>{words.withRules(`${path}/shares/new${result === null ? "" : `?result=${result}`}`)}</p>
      {shares.length > 0 && (
        <ul class="plain">
          {shares.map((share) => (
            <li>
              <form method="post" action={`${path}/shares/${share.id}/revoke`}>
                {words.link(share, `${path}?result=${share.result}`)}{" "}
                <a href={`/share-list/${share.id}`}>{words.rulesAndUse}</a>{" "}
                <button class="plain">{words.revoke}</button>{" "}
                <button class="plain" formaction={`/share-list/${share.id}/rotate`}>
                  {words.makeNew(share.signed)}
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
