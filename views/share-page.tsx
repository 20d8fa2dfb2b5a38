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
import { ShareMade } from "./share-made.tsx";
import { ShareRuleFields } from "./share-rule-fields.tsx";
import { ShareUse } from "./share-use.tsx";
import { SignedEmbed, type Signing } from "./signed-embed.tsx";
import { words } from "./english/share-page.tsx";

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
    <Layout title={share.name || words.title} access={access}>
      {script && <script type="module" src={script.src} />}
      <h1>{share.name || words.noName}</h1>
      <p class="facts">
        {words.facts(share, `/clips/${speakingSlug(clip.slug, clip.title)}`, nameOf(share.createdBy))}
      </p>
      <p class="facts">{words.uses(share)}</p>
      {opener !== null && opener.url === null && (
        <div class="notice" role="status">
          <p>{words.newKey()}</p>
        </div>
      )}
      {opener !== null && opener.url !== null && (
        <ShareMade url={opener.url} share={share}>
          {words.newAddress()}
        </ShareMade>
      )}
      <div class="actions">
        <form method="post" action={`${path}/rotate`}>
          <button>{words.makeNew(share.signed)}</button>
        </form>
        <form method="post" action={`${path}/revoke`}>
          <button>{words.revoke}</button>
        </form>
      </div>
      {signing !== null && <SignedEmbed signing={signing} />}
      {(signing !== null || !share.signed) && opener?.url == null && (
        <section id="use">
          <h2>{words.use}</h2>
          <p class="note">{words.howToUse(share.signed)}</p>
          <ShareUse url={`${baseUrl}${share.signed ? "/embeds/TOKEN" : "/shares/ADDRESS"}`} share={share} />
        </section>
      )}
      <h2 id="rules">{words.rules}</h2>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action={path}>
        <ShareRuleFields
          form={form}
          parameters={parameters}
          hasPassword={share.hasPassword}
          result={null}
          isNew={false}
        />
        <button class="primary">{words.save}</button>
      </form>
    </Layout>,
  );
}
