import type { Share } from "../src/clips/shares.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { NameOf } from "../src/people/names.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { ShareOpener } from "../src/routes/make-share.ts";
import type { ShareForm } from "../src/routes/share-form.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";
import { ShareMade } from "./share-made.tsx";
import { ShareRuleFields } from "./share-rule-fields.tsx";
import { ShareUse } from "./share-use.tsx";
import { SignedEmbed, type Signing } from "./signed-embed.tsx";

interface SharePageProps {
  access: Access;
  nameOf: NameOf;
  share: Share;
  /** The clip's parameters. */
  parameters: readonly string[];
  form: ShareForm;
  /** What is wrong with what was written. */
  error: AppError | null;
  /** What opens it since a moment ago: an address is shown this once. */
  opener: ShareOpener | null;
  /** Where an application signs for it, and whoever looks may know how. */
  signing: Signing | null;
  /** Of this server, without a slash at the end. */
  baseUrl: string;
  /** What a page loads for its buttons; without it, it works as it is. */
  script: PageScript | null;
}

/** One share: its use, its rules, and what can be done with it. */
export function renderSharePage({
  access,
  nameOf,
  share,
  parameters,
  form,
  error,
  opener,
  signing,
  baseUrl,
  script,
}: SharePageProps): string {
  const { clip } = share;
  const path = `/share-list/${share.id}`;
  return renderPage(
    <Layout title={share.name || "Share"} access={access}>
      {script && <script type="module" src={script.src} />}
      <h1>{share.name || "A link without a name"}</h1>
      <p class="facts">
        To{" "}
        {clip.deletedAt === null ? (
          <a href={`/clips/${speakingSlug(clip.slug, clip.title)}`}>{clip.title}</a>
        ) : (
          clip.title
        )}
        {clip.deletedAt !== null && " (deleted)"}
        {share.result !== null && `, pinned to result ${share.result}`} · made on {formatTime(share.createdAt)} by{" "}
        {nameOf(share.createdBy)}
        {share.expired && " · expired: it does not work"}
      </p>
      <p class="facts">
        {share.lastUsedAt === null
          ? "Not used yet"
          : `Used ${share.uses.toLocaleString("en")} times, last on ${formatTime(share.lastUsedAt)} from ${share.lastAddress}`}
        . Uses are written down once a minute.
      </p>
      {opener !== null && opener.url === null && (
        <div class="notice" role="status">
          <p>
            <strong>There is a new key.</strong> What was signed with the one before does not work any more.
          </p>
        </div>
      )}
      {opener !== null && opener.url !== null && (
        <ShareMade url={opener.url} share={share}>
          <strong>The link has a new address.</strong> Copy it now: it is shown only this once. The one before does not
          work any more.
        </ShareMade>
      )}
      <div class="actions">
        <form method="post" action={`${path}/rotate`}>
          <button>Make a new {share.signed ? "key" : "address"}</button>
        </form>
        <form method="post" action={`${path}/revoke`}>
          <button>Revoke</button>
        </form>
      </div>
      {signing !== null && <SignedEmbed signing={signing} />}
      {(signing !== null || !share.signed) && opener?.url == null && (
        <section id="use">
          <h2>Use</h2>
          <p class="note">
            {share.signed
              ? "Put what your application has signed in the place of TOKEN."
              : "Put the link's own address in the place of this one: it was shown when the link was made, and is not kept. A lost one can only be made anew."}
          </p>
          <ShareUse url={`${baseUrl}${share.signed ? "/embeds/TOKEN" : "/shares/ADDRESS"}`} share={share} />
        </section>
      )}
      <h2 id="rules">Rules</h2>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action={path}>
        <ShareRuleFields
          form={form}
          parameters={parameters}
          hasPassword={share.hasPassword}
          result={null}
          isNew={false}
        />
        <button class="primary">Save</button>
      </form>
    </Layout>,
  );
}
