import type { Child } from "hono/jsx";

export const words = {
  executedOnInA: (follower: string | number) => `Executed on ${follower}, in a read-only transaction`,
  plannedOnNothingWas: (follower: string | number) => `Planned on ${follower}; nothing was executed`,
  planning: (planningMs: string | number) => `planning ${planningMs}`,
  execution: (executionMs: string | number) => `execution ${executionMs}`,
  compilingOfIt: (jitMs: string | number) => `compiling ${jitMs} of it`,
  plan: "Plan",
  time: "time",
  estimatedCost: "estimated cost",
  theSlowPartOf: (href: string, title: Child, share: Child, what: Child) => (
    <>
      The slow part: <a href={href}>{title}</a>, {share} of the {what}.
    </>
  ),
  thePlansTree: "The plan's tree",
  timesAreASteps:
    "Times are a step's own, without what is below it. PostgreSQL's clock around every step makes the whole slower than it is without.",
  costsAreThePlanners:
    "Costs are the planner's estimate, in its own units. Explain Analyze executes the query, and says what is so.",
  eachStepTakesIts: (more: Child) => <>Each step takes its rows from those below it. {more}</>,
  cost: (cost: string | number) => ` · cost ${cost}`,
  more: "More",
  neverExecutedRowsExpected: (estimated: string | number) => `never executed (${estimated} rows expected)`,
  rowsExpected: (estimated: string | number) => `${estimated} rows expected`,
  expected: (actualRows: string | number, estimated: string | number) => `${actualRows}, ${estimated} expected`,
  expectedEachTime: (actualRows: string | number, loops: string | number, estimated: string | number) =>
    `${actualRows} × ${loops}, ${estimated} expected each time`,
  removedByTheFilter: (rowsRemoved: string | number) => `${rowsRemoved} removed by the filter`,
  ofThemRead: (hit: string | number, read: string | number) => `${hit}, ${read} of them read`,
  s: (milliseconds: string | number) => `${milliseconds} s`,
  ms: (milliseconds: string | number) => `${milliseconds} ms`,
};
