import { SHARE_FORMATS } from "../src/clips/share-rules.ts";
import type { Share } from "../src/clips/shares.ts";
import { CopyBlock } from "./copy-block.tsx";
import { FRAME_HEIGHT, frameHtml, loaderHtml } from "./embed-snippets.tsx";
import { Recipes } from "./recipes.tsx";
import { words } from "./english/share-use.tsx";

/** What a share's rules say of how it can be used. */
export type UsedShare = Pick<Share, "id" | "clip" | "formats" | "origins" | "hasPassword">;

interface ShareUseProps {
  /** The share's address, or what stands for it. */
  url: string;
  share: UsedShare;
}

/** What a share's address is for besides being opened: to be shown in other pages, and to be read by programs. */
export function ShareUse({ url, share }: ShareUseProps) {
  const formats = share.formats ?? SHARE_FORMATS;
  return (
    <>
      {formats.includes("html") && <Embed url={url} share={share} />}
      <Recipes url={url} formats={formats} />
      {share.hasPassword && <p class="note">{words.password}</p>}
    </>
  );
}

function Embed({ url, share: { id, clip, origins } }: ShareUseProps) {
  const sites = origins ?? [];
  return (
    <details class="recipes">
      <summary>{words.embed}</summary>
      {sites.length === 0 ? <p>{words.noSites(`/share-list/${id}#rules`)}</p> : <p>{words.sites(sites)}</p>}
      <h3>{words.script}</h3>
      <p class="note">{words.heightOfScript}</p>
      <CopyBlock name={words.copiedScript} text={loaderHtml({ baseUrl: new URL(url).origin, address: url })} />
      <h3>{words.frame}</h3>
      <p class="note">{words.heightOfFrame}</p>
      <CopyBlock
        name={words.copiedFrame}
        text={frameHtml({ address: url, title: clip.title, width: "100%", height: FRAME_HEIGHT })}
      />
      <p class="note">{words.options()}</p>
    </details>
  );
}
