import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/error-page.ts";

/** The page of an error that has no page of its own. */
export function renderErrorPage({ error, access }: { error: AppError; access: Access | null }): string {
  return renderPage(
    <Layout title={error.status === 404 ? words.notFound : words.error} access={access}>
      <h1>{error.status === 404 ? words.notFound : words.thatDidNotWork}</h1>
      <ErrorMessage error={error} />
    </Layout>,
  );
}
