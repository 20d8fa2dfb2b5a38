import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

/** The page of an error that has no page of its own. */
export function renderErrorPage({ error, signedIn }: { error: AppError; signedIn: boolean }): string {
  return renderPage(
    <Layout title={error.status === 404 ? "Not found" : "Error"} signedIn={signedIn}>
      <h1>{error.status === 404 ? "Not found" : "That did not work"}</h1>
      <ErrorMessage error={error} />
    </Layout>,
  );
}
