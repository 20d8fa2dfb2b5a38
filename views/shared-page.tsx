import type { Clip } from "../src/clips/clips.ts";
import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { Preview } from "../src/routes/preview.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import { Downloads } from "./downloads.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { ParameterForm } from "./parameter-form.tsx";
import { ResultFacts, ResultTable } from "./result-table.tsx";

interface SharedPageProps {
  clip: Clip;
  secret: string;
  preview: Preview;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
}

/** What anyone sees who has a share's link: the result, and not the SQL. */
export function renderSharedPage({ clip, secret, preview, parameters, values }: SharedPageProps): string {
  const path = `/shares/${secret}`;
  const query = parameters.length === 0 ? "" : `?${new URLSearchParams(notNull(values))}`;
  return renderPage(
    <Layout title={clip.title} signedIn={false}>
      <h1>{clip.title}</h1>
      {clip.description !== "" && <p class="description">{clip.description}</p>}
      <ParameterForm action={path} runAction={null} version={null} parameters={parameters} values={values} />
      {"error" in preview ? (
        <ErrorMessage error={preview.error} />
      ) : (
        <>
          <ResultFacts head={preview.head} end={preview.end} shown={preview.rows.length} />
          <Downloads path={path} query={query} />
          <ResultTable head={preview.head} rows={preview.rows} />
        </>
      )}
    </Layout>,
  );
}

function notNull(values: ParameterValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));
}
