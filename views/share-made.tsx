import type { Child } from "hono/jsx";
import { SHARE_FORMATS } from "../src/clips/share-rules.ts";
import { CopyBlock } from "./copy-block.tsx";
import { ShareUse, type UsedShare } from "./share-use.tsx";
import { words } from "./english/share-made.tsx";

interface ShareMadeProps {
  /** The address, which is known only now. */
  url: string;
  share: UsedShare;
  /** What has just been done. */
  children: Child;
}

/** Shown once, when a share has got an address: the address, and what can be done with it. */
export function ShareMade({ url, share, children }: ShareMadeProps) {
  const formats = share.formats ?? SHARE_FORMATS;
  const data = (["csv", "xlsx", "json", "ndjson"] as const).filter((format) => formats.includes(format));
  return (
    <div class="notice" role="status">
      <p>{children}</p>
      <CopyBlock name={words.copiedLink} text={url} />
      <p>
        {formats.includes("html") && <a href={url}>{words.open}</a>}
        {formats.includes("html") && data.length > 0 && " · "}
        {data.length > 0 && words.asData(data.map((format) => ({ href: `${url}.${format}`, format })))}
      </p>
      <ShareUse url={url} share={share} />
    </div>
  );
}
