import type { ExplainedNode } from "../src/runs/explain-plan.ts";
import type { ExplainedSql } from "../src/runs/explain-sql.ts";
import { words } from "./english/plan-tree.tsx";

/** The tree as HTML of its own, for the editor's script to put below the SQL. */
export function renderPlanTree(plan: ExplainedSql): string {
  return String(<PlanTree plan={plan} />);
}

/** The place of the slowest step in its page. */
const SLOWEST = "slowest";

/** A plan as a tree. */
export function PlanTree({ plan }: { plan: ExplainedSql }) {
  const { analyzed } = plan;
  const slowest = findSlowest(plan.root);
  return (
    <section class="plan" aria-label={words.title}>
      <p class="facts">{words.facts(plan)}</p>
      {slowest && <p>{words.slowPart(slowest, `#${SLOWEST}`, analyzed)}</p>}
      <div class="scroll" tabindex={0} role="region" aria-label={words.tree}>
        <ul>
          <PlanNodeItem node={plan.root} analyzed={analyzed} slowest={slowest} />
        </ul>
      </div>
      <p class="note">{words.howToRead(analyzed)}</p>
    </section>
  );
}

/** The step with the largest part of the whole, where there is more than one. */
function findSlowest(root: ExplainedNode): ExplainedNode | undefined {
  const nodes = [root];
  for (const node of nodes) nodes.push(...node.children);
  const slowest = nodes.reduce((a, b) => (b.share > a.share ? b : a));
  return nodes.length > 1 && slowest.share > 0 ? slowest : undefined;
}

interface PlanNodeItemProps {
  node: ExplainedNode;
  analyzed: boolean;
  slowest: ExplainedNode | undefined;
}

function PlanNodeItem({ node, analyzed, slowest }: PlanNodeItemProps) {
  const more = node.details.filter(({ name }) => !SHOWN.test(name));
  const isSlow = node.marks.some(({ kind }) => kind === "slow");
  return (
    <li id={node === slowest ? SLOWEST : undefined} class={isSlow ? "slow" : node.never_executed ? "never" : undefined}>
      <p class="step">
        {node.subplan !== null && <small>{node.subplan}: </small>}
        <strong>{node.title}</strong>
      </p>
      <p class="part">
        <ShareBar share={node.share} />
        {words.part(node, analyzed)}
      </p>
      <p class="facts">{words.rows(node)}</p>
      {node.marks.map(({ kind, text, hint }) => (
        <p class={`mark mark-${kind}`}>
          <span aria-hidden="true">⚠ </span>
          <b>{text}</b> {hint !== null && <span class="note">{hint}</span>}
        </p>
      ))}
      <Details details={node.details.filter(({ name }) => SHOWN.test(name))} />
      {more.length > 0 && (
        <details>
          <summary>{words.more}</summary>
          <Details details={more} />
        </details>
      )}
      {node.children.length > 0 && (
        <ul>
          {node.children.map((child) => (
            <PlanNodeItem node={child} analyzed={analyzed} slowest={slowest} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** What a step does. How it did that is folded. */
const SHOWN = /(?:Cond|Filter|Key|Keys|Sets|Order By|Function Call|Sampling Method|Not shown|Workers Launched)$/;

function Details({ details }: Pick<ExplainedNode, "details">) {
  if (details.length === 0) return null;
  return (
    <dl>
      {details.map(({ name, text }) => (
        <div>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The bar's width in SVG's units. */
const BAR = 100;

/** How much of the whole a step is; the number stands beside it. */
function ShareBar({ share }: { share: number }) {
  return (
    <svg class="share" width={BAR} height="8" viewBox={`0 0 ${BAR} 8`} aria-hidden="true">
      <rect class="whole" width={BAR} height="8" rx="2" />
      <rect class="own" width={Math.round(share * BAR * 10) / 10} height="8" rx="2" />
    </svg>
  );
}
