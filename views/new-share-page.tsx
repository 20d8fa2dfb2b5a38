import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { ShareForm } from "../src/routes/share-form.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { ShareRuleFields } from "./share-rule-fields.tsx";
import { words } from "./english/new-share-page.tsx";

interface NewSharePageProps {
  access: Access;
  clip: Clip;
  parameters: readonly string[];
  form: ShareForm;
  /** The result that the link can be pinned to. */
  result: number | null;
  /** What is wrong with what was written. */
  error: AppError | null;
}

/** The form for a link with rules. */
export function renderNewSharePage({ access, clip, parameters, form, result, error }: NewSharePageProps): string {
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout title={words.title(clip.title)} access={access}>
      <h1>{words.heading(clip.title, path)}</h1>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action={`${path}/shares`}>
        <ShareRuleFields form={form} parameters={parameters} hasPassword={false} result={result} isNew />
        <button class="primary">{words.make}</button>
      </form>
    </Layout>,
  );
}
