import { SHARE_FORMATS } from "../src/clips/share-rules.ts";
import type { Share } from "../src/clips/shares.ts";
import { CopyBlock } from "./copy-block.tsx";
import { FRAME_HEIGHT, frameHtml, loaderHtml } from "./embed-snippets.tsx";
import { Recipes } from "./recipes.tsx";

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
      {share.hasPassword && (
        <p class="note">It asks for its password: programs send it by HTTP Basic authentication, with any user name.</p>
      )}
    </>
  );
}

function Embed({ url, share: { id, clip, origins } }: ShareUseProps) {
  const sites = origins ?? [];
  return (
    <details class="recipes">
      <summary>Embed it in another page</summary>
      {sites.length === 0 ? (
        <p>
          <strong>No site may show it in a frame yet.</strong> Name the sites under Origins in{" "}
          <a href={`/share-list/${id}#rules`}>this link's rules</a>, such as <code>https://www.example.com</code>; then
          these work there.
        </p>
      ) : (
        <p>Pages of {sites.join(", ")} may show it, and no others.</p>
      )}
      <h3>Script</h3>
      <p class="note">As high as what is in it.</p>
      <CopyBlock name="script" text={loaderHtml({ baseUrl: new URL(url).origin, address: url })} />
      <h3>Frame</h3>
      <p class="note">As high as it says.</p>
      <CopyBlock
        name="frame"
        text={frameHtml({ address: url, title: clip.title, width: "100%", height: FRAME_HEIGHT })}
      />
      <p class="note">
        Of the result they show the chart, or the table where there is none; with <code>data-show="both"</code> in the
        script, or <code>?show=both</code> behind the frame's address, both. In the same way <code>theme</code> is{" "}
        <code>light</code> or <code>dark</code>, whatever the reader's browser has.
      </p>
    </details>
  );
}
