import { Layout, renderPage } from "./layout.tsx";

/** What is shown for the moment until the browser goes on to the provider. */
export function renderContinuePage({ provider, url }: { provider: string; url: string }): string {
  return renderPage(
    <Layout title="Sign in" access={null}>
      <h1>On to {provider}</h1>
      <p>
        <a class="button primary" href={url}>
          Continue
        </a>
      </p>
    </Layout>,
  );
}
