import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/continue-page.ts";

/** What is shown for the moment until the browser goes on to the provider. */
export function renderContinuePage({ provider, url }: { provider: string; url: string }): string {
  return renderPage(
    <Layout title={words.title} access={null}>
      <h1>{words.heading(provider)}</h1>
      <p>
        <a class="button primary" href={url}>
          {words.continue}
        </a>
      </p>
    </Layout>,
  );
}
