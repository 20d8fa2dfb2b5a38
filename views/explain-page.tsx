import type { Clip } from "../src/clips/clips.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { ParameterJson } from "../src/routes/clip-json.ts";
import type { ExplainedSql } from "../src/runs/explain-sql.ts";
import type { ParameterValues } from "../src/runs/parameters.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { ParameterInputs } from "./parameter-form.tsx";
import { PlanTree } from "./plan-tree.tsx";
import { words } from "./english/explain-page.tsx";

interface ExplainPageProps {
  access: Access;
  clip: Clip;
  version: number;
  sql: string;
  parameters: readonly ParameterJson[];
  values: ParameterValues;
  /** Whether the query was, or was to be, executed. */
  analyze: boolean;
  /** The plan, or why there is none. */
  plan: ExplainedSql | AppError;
}

/** The way to the plan of what a clip's page shows. */
export function ExplainLink({
  clip,
  version,
  path,
  values,
}: Pick<ExplainPageProps, "clip" | "version" | "values"> & { path: string }) {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null);
  const shown: [string, string][] = version === clip.version ? [] : [["version", String(version)]];
  const query = new URLSearchParams([...given, ...shown]).toString();
  return (
    <a class="button" href={`${path}/explain${query === "" ? "" : `?${query}`}`}>
      {words.explain}
    </a>
  );
}

/** How PostgreSQL executes a clip's query. */
export function renderExplainPage(props: ExplainPageProps): string {
  const { access, clip, version, sql, parameters, values, analyze, plan } = props;
  const path = `/clips/${speakingSlug(clip.slug, clip.title)}`;
  return renderPage(
    <Layout title={words.title(clip.title)} access={access}>
      <h1>{words.heading(clip.title, path)}</h1>
      <p class="facts">{words.facts(clip.database, version)}</p>
      <form class="parameters" method="get" action={`${path}/explain`}>
        <ParameterInputs parameters={parameters} values={values} />
        {version !== clip.version && <input type="hidden" name="version" value={String(version)} />}
        <button class={analyze ? undefined : "primary"}>{words.explain}</button>
        <button class={analyze ? "primary" : undefined} name="_analyze" value="1">
          {words.explainAnalyze}
        </button>
      </form>
      <p class="note">{words.howTheyDiffer}</p>
      {plan instanceof AppError ? <ErrorMessage error={plan} sql={sql} /> : <PlanTree plan={plan} />}
      <details>
        <summary>{words.sql}</summary>
        <pre class="sql" tabindex={0}>
          {sql}
        </pre>
      </details>
    </Layout>,
  );
}
