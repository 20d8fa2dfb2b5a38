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
  const { analyzed, follower, planning_ms, execution_ms, jit_ms } = plan;
  const slowest = findSlowest(plan.root);
  const facts = [
    analyzed ? words.executedOnInA(follower) : words.plannedOnNothingWas(follower),
    planning_ms === null ? "" : words.planning(formatMs(planning_ms)),
    execution_ms === null ? "" : words.execution(formatMs(execution_ms)),
    jit_ms === null ? "" : words.compilingOfIt(formatMs(jit_ms)),
  ];
  return (
    <section class="plan" aria-label={words.plan}>
      <p class="facts">{facts.filter((fact) => fact !== "").join(" · ")}</p>
      {slowest && (
        <p>
          {words.theSlowPartOf(
            `#${SLOWEST}`,
            slowest.title,
            formatShare(slowest.share),
            analyzed ? words.time : words.estimatedCost,
          )}
        </p>
      )}
      <div class="scroll" tabindex={0} role="region" aria-label={words.thePlansTree}>
        <ul>
          <PlanNodeItem node={plan.root} analyzed={analyzed} slowest={slowest} />
        </ul>
      </div>
      <p class="note">{words.eachStepTakesIts(analyzed ? words.timesAreASteps : words.costsAreThePlanners)}</p>
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
        {formatShare(node.share)}
        {node.own_ms !== null && !node.never_executed && ` · ${formatMs(node.own_ms)}`}
        {!analyzed && words.cost(formatNumber(node.cost))}
      </p>
      <p class="facts">{rowFacts(node).join(" · ")}</p>
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

function rowFacts({
  never_executed,
  actual_rows,
  estimated_rows,
  loops,
  rows_removed,
  buffers,
}: ExplainedNode): string[] {
  const estimated = formatNumber(estimated_rows);
  if (never_executed) return [words.neverExecutedRowsExpected(estimated)];
  if (actual_rows === null || loops === null) return [words.rowsExpected(estimated)];
  const facts =
    loops === 1
      ? [words.expected(countOf(actual_rows, "row"), estimated)]
      : [words.expectedEachTime(countOf(actual_rows, "row"), countOf(loops, "execution"), estimated)];
  if (rows_removed !== null) facts.push(words.removedByTheFilter(formatNumber(rows_removed)));
  if (buffers !== null && buffers.hit + buffers.read > 0) {
    facts.push(words.ofThemRead(countOf(buffers.hit + buffers.read, "buffer"), formatNumber(buffers.read)));
  }
  return facts;
}

function countOf(count: number, thing: string): string {
  return `${formatNumber(count)} ${thing}${count === 1 ? "" : "s"}`;
}

function formatNumber(number: number): string {
  return number.toLocaleString("en", { maximumFractionDigits: 2 });
}

function formatShare(share: number): string {
  return share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(share * 100)} %`;
}

function formatMs(milliseconds: number): string {
  if (milliseconds >= 10_000) return words.s((milliseconds / 1000).toFixed(1));
  return words.ms(milliseconds.toLocaleString("en", { maximumFractionDigits: milliseconds < 10 ? 2 : 0 }));
}
