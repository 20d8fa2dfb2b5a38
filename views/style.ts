import { CHART_STYLE } from "./charts/chart-style.ts";

/** The style sheet of all pages: light and dark, from 360 px on. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d1b26, #e9e7f2);
  --quiet: light-dark(#5d5970, #a9a5bd);
  --paper: light-dark(#ffffff, #16151c);
  --shade: light-dark(#f4f3f8, #211f2a);
  --line: light-dark(#d9d6e3, #3a3747);
  --accent: light-dark(#4b3fa7, #b3a9ff);
  --on-accent: light-dark(#ffffff, #16151c);
  --bad: light-dark(#a3182e, #ff9aa8);
  --bad-shade: light-dark(#fdf0f2, #331a20);
  --good-shade: light-dark(#e9f6ea, #16301b);
  --warn-shade: light-dark(#fff6df, #33290f);
  --sql-type: light-dark(#0b6e6e, #7fd6d2);
  --sql-string: light-dark(#226b2c, #9bd6a0);
  --sql-number: light-dark(#8a4b00, #f0bd80);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.top { display: flex; flex-wrap: wrap; gap: .5rem 2rem; align-items: center; justify-content: space-between;
  padding: .6rem 1.25rem; border-bottom: 1px solid var(--line); }
.top nav { display: flex; flex-wrap: wrap; gap: .5rem 1.1rem; align-items: center; }
.brand { font-weight: 700; text-decoration: none; color: var(--ink); }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .75rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .4rem; }
button, .button { display: inline-block; font: inherit; padding: .3rem .8rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--shade); color: var(--ink); text-decoration: none; cursor: pointer; }
button:hover, .button:hover { border-color: var(--accent); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.plain { border: 0; background: none; padding: 0; color: var(--accent); text-decoration: underline; text-align: left;
  min-height: 24px; }
form { margin: 0; }
input, select, textarea { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem;
  padding: .35rem .55rem; max-width: 100%; }
.stacked { display: grid; gap: .9rem; max-width: 56rem; }
.narrow { max-width: 30rem; }
details.narrow { margin-top: 2rem; }
summary { cursor: pointer; }
details[open] > summary { margin-bottom: .6rem; }
dl.account { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: .75rem 0 1.25rem; }
dl.account dt { color: var(--quiet); }
dl.account dd { margin: 0; overflow-wrap: anywhere; }
.account-links { list-style: none; padding: 0; margin: 1.25rem 0; display: grid; gap: .3rem; }
.stacked label { display: grid; gap: .25rem; font-weight: 600; }
.stacked input, .stacked select, .stacked textarea { font-weight: 400; width: 100%; }
.stacked p { margin: 0; }
.stacked > button { justify-self: start; }
#shares ul { margin-top: .75rem; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .9rem; min-width: 0; display: grid; gap: .4rem; }
.stacked label.box { display: block; font-weight: 400; }
.stacked label.box input { width: auto; }
textarea[name=sql] { font: 14px/1.5 var(--mono); tab-size: 4; }
.stacked label[hidden] { display: none; }
/* The room of what the editor's script puts below the SQL: nothing moves when it comes. */
@media (scripting: enabled) {
  .edited label:not([hidden]):has(> textarea[name=sql]) { margin-bottom: 5.82rem; }
  @media (min-width: 76rem) { .edited label:not([hidden]):has(> textarea[name=sql]) { margin-bottom: 6.47rem; } }
  @media (max-width: 40rem) { .edited label:not([hidden]):has(> textarea[name=sql]) { margin-bottom: 11.17rem; } }
}
.sql-editor { display: grid; gap: .25rem; min-width: 0; }
#sql-label { font-weight: 600; justify-self: start; }
.restored { border-left: .3rem solid var(--accent); background: var(--shade); border-radius: .4rem; padding: .4rem .8rem; }
.search { display: flex; gap: .5rem; margin: .75rem 0 1.25rem; }
.search input { flex: 1; max-width: 30rem; }
.filters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; }
.filters label { display: grid; font-weight: 600; font-size: .875rem; }
.filters input, .filters select { font-weight: 400; width: 13rem; }
.scroll.audit { max-height: none; }
.audit td:last-child { white-space: nowrap; }
.audit td ul { display: flex; flex-wrap: wrap; gap: 0 .9rem; white-space: normal; }
.parameters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; }
.parameters label { display: grid; font-weight: 600; }
.parameters input { font-weight: 400; }
.actions, .downloads { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; }
.clips, ul.plain { list-style: none; padding: 0; margin: 0; }
.clips li { padding: .7rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.clips p { margin: 0; }
.title { font-weight: 600; }
.description { white-space: pre-line; max-width: 46rem; overflow-wrap: anywhere; }
.facts, .note, .hint, small, .code { color: var(--quiet); font-size: .875rem; }
.facts { margin: .4rem 0; }
.note { font-weight: 400; }
.pages { display: flex; gap: 1rem; margin: 1rem 0; }
pre.sql { font: 14px/1.5 var(--mono); background: var(--shade); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem;
  margin: .5rem 0; overflow: auto; max-height: 24rem; tab-size: 4; }
code { font-family: var(--mono); font-size: .9em; }
.scroll { overflow: auto; max-height: 34rem; border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: collapse; }
table.result { font-size: .875rem; min-width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem; border-bottom: 1px solid var(--line); }
td { max-width: 36rem; white-space: pre-wrap; overflow-wrap: anywhere; }
table.result th { position: sticky; top: 0; background: var(--shade); white-space: nowrap; }
table.rows td { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; overflow-wrap: normal; }
table.rows.kept { table-layout: fixed; min-width: 0; }
table.rows.kept th { overflow: hidden; text-overflow: ellipsis; }
td summary { cursor: pointer; list-style: none; color: var(--accent); }
td .whole { display: block; white-space: pre-wrap; overflow-wrap: anywhere; max-width: 34rem; }
button.sort { display: block; width: 100%; border: 0; padding: 0; background: none; font: inherit; text-align: inherit; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
[aria-sort] .sort::after { content: " ▲"; }
[aria-sort=descending] .sort::after { content: " ▼"; }
button.long { min-height: 0; white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; color: inherit;
  text-decoration: underline dotted; }
.awaited { color: var(--quiet); }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; min-height: 2.6rem; padding-bottom: .4rem; }
.tools button { padding: .15rem .6rem; font-size: .875rem; }
@media (max-width: 40rem) { .tools { min-height: 7rem; align-content: start; } }
.copies { display: inline-flex; flex-wrap: wrap; gap: .3rem; align-items: center; font-size: .875rem; color: var(--quiet); }
.summary { margin-bottom: .6rem; }
.summary .scroll { max-height: 20rem; }
.bins { fill: var(--accent); display: block; }
dialog.value { max-width: min(60rem, calc(100vw - 2rem)); max-height: 80vh; padding: 0 1rem 1rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--paper); color: var(--ink); overflow: auto; }
dialog.value form { display: flex; gap: .6rem; align-items: center; padding: .8rem 0 .4rem; position: sticky; top: 0; background: var(--paper); }
dialog.value strong { flex: 1; overflow-wrap: anywhere; }
dialog.value pre { font: 14px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
.progress { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; font-variant-numeric: tabular-nums; }
.progress p { margin: 0; flex: 1; min-width: 16rem; }
details > summary { cursor: pointer; }
table.diff { width: 100%; table-layout: fixed; font: 14px/1.5 var(--mono); }
table.diff td { padding: 0 .5rem; border: 0; white-space: pre-wrap; tab-size: 4; }
table.diff td + td { border-left: 1px solid var(--line); }
table.diff .removed { background: var(--bad-shade); }
table.diff .added { background: var(--good-shade); }
table.diff .gap { background: var(--shade); }
table.diff ins { text-decoration: none; font-weight: 600; }
.recipes h3 { font-size: 1rem; margin: .8rem 0 .2rem; }
.recipes p, .recipes pre { margin: .2rem 0; }
.unseen { position: fixed; opacity: 0; pointer-events: none; }
table:not(.rows) td a { display: inline-block; line-height: 24px; min-width: 24px; }
th small { display: block; font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.none { padding: 0 .7rem; }
.null { color: var(--quiet); font-size: .75rem; letter-spacing: .05em; }
.error, .warning, .notice { border: 1px solid var(--line); border-left: .3rem solid var(--accent); border-radius: .4rem;
  background: var(--shade); padding: .6rem 1rem; margin: 1rem 0; }
.error { border-left-color: var(--bad); background: var(--bad-shade); }
.warning { background: var(--warn-shade); }
.error p, .notice p { margin: .25rem 0; overflow-wrap: anywhere; }
.error .message { font-weight: 600; }
.error figure { margin: .5rem 0; }
.error figcaption { font-size: .875rem; }
.provider { margin-top: 1rem; }
.qr { display: block; width: 14rem; height: auto; margin: 1rem 0; border-radius: .4rem; }
.backup-codes { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(2, max-content); gap: .4rem 2.5rem;
  font-size: 1.1rem; }
mark { background: var(--bad); color: var(--paper); border-radius: .2rem; padding: 0 .1rem; }
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
body.embed { display: flow-root; }
.embed main { max-width: none; padding: .75rem 1rem; }
.embed h1 { font-size: 1.15rem; margin: 0 0 .5rem; }
.embed .scroll { max-height: 22rem; }
.embed .chart-figure { margin: 0; }
.embed footer { display: flex; flex-wrap: wrap; gap: .2rem 1rem; justify-content: space-between; margin: .5rem 0 0; }
.copy-block { display: grid; grid-template-columns: minmax(0, 1fr) 5.5rem; gap: .5rem; align-items: start; }
.copy-block pre { margin: .2rem 0; max-height: 16rem; }
.copy-block button { margin: .2rem 0; }
.printed { display: none; }
/* Clips: the list, the search, descriptions, tags, favourites. */
div.description { white-space: normal; }
.description p, .description li { white-space: pre-line; }
.description > :first-child { margin-top: 0; }
.description h2, .description h3, .description h4, .description h5, .description h6 { font-size: 1rem; margin: 1rem 0 .3rem; }
.description h2 { font-size: 1.1rem; }
.description p, .description ul, .description ol, .description pre, .description .scroll { margin: .5rem 0; }
.description pre { font: 14px/1.5 var(--mono); overflow: auto; background: var(--shade); border: 1px solid var(--line); border-radius: .4rem;
  padding: .5rem .8rem; }
.description pre code { font-size: inherit; }
.description blockquote { margin: .5rem 0; padding-left: .9rem; border-left: .2rem solid var(--line); color: var(--quiet); }
.description .scroll { width: fit-content; max-width: 100%; }
.titled { display: flex; gap: .6rem; align-items: start; margin: .75rem 0 .5rem; }
.titled h1 { margin: 0; min-width: 0; }
.star button { font-size: 1.25rem; line-height: 1; min-width: 28px; min-height: 28px; text-decoration: none; text-align: center; }
.entry, .favourites li { display: flex; gap: .35rem; align-items: center; }
.entry .title, .favourites .title { min-width: 0; overflow-wrap: anywhere; }
.favourites { list-style: none; padding: 0; margin: .3rem 0; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; }
.tags { list-style: none; padding: 0; margin: .35rem 0; display: flex; flex-wrap: wrap; gap: .4rem; }
.clips .tags li { padding: 0; border: 0; }
.tags a { display: inline-block; font-size: .875rem; line-height: 1.4; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem;
  background: var(--shade); text-decoration: none; overflow-wrap: anywhere; }
.tags a:hover, .tags .chosen { border-color: var(--accent); }
.clips mark { background: var(--warn-shade); color: inherit; outline: 1px solid var(--line); }
.clips code { overflow-wrap: anywhere; }
form.search { flex-wrap: wrap; align-items: center; margin-bottom: .5rem; }
form.search input[type=search] { min-width: min(16rem, 100%); }
.search-help { font-size: .875rem; }
.narrow-by { margin: .6rem 0 1rem; }
.parameters label { max-width: 100%; grid-template-columns: minmax(0, 1fr); }
.description th, .description td { overflow-wrap: break-word; }
.folded > summary { max-width: 46rem; overflow-wrap: anywhere; }
.actions { align-items: center; }
.parameters select { font-weight: 400; }
.history td { white-space: normal; overflow-wrap: normal; }
.history td:first-child, .history td.number { white-space: nowrap; }
.history td:first-child small { white-space: normal; }
.history td:last-child { min-width: 9rem; }
#shares form { margin: .35rem 0; }
.choice input { width: 24px; height: 24px; margin: 0; }
#tables { margin: .6rem 0; }
#tables ul.others { margin: .1rem 0 .5rem; }
.together { min-height: 1.75rem; margin-bottom: .7rem; }
.together p { margin: 0; border-left: .3rem solid var(--accent); background: var(--warn-shade); padding: .1rem .8rem; }
.conflict h2 { margin-top: .2rem; }
.explain { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.plan ul { list-style: none; margin: 0; padding: 0 0 0 .9rem; }
.plan .scroll { max-height: none; padding: .4rem .6rem; }
.plan .scroll > ul { padding: 0; }
.plan > p { margin: .4rem 0; }
.explained { min-width: 0; }
.explain [hidden] { display: none; }
.plan li { border-left: .2rem solid var(--line); padding: .35rem 0 .1rem .7rem; min-width: 13rem; }
@media (max-width: 40rem) { .plan ul { padding-left: .2rem; } .plan li { padding-left: .5rem; } }
.plan li.slow { border-left-color: var(--bad); }
.plan li.never > p { color: var(--quiet); }
.plan li p { margin: 0; overflow-wrap: anywhere; }
.plan .part { display: flex; gap: .5rem; align-items: center; font-size: .875rem; font-variant-numeric: tabular-nums; }
.plan .share { flex: none; }
.plan .share .whole { fill: var(--line); }
.plan .share .own { fill: var(--accent); }
.plan li.slow > .part .own { fill: var(--bad); }
.plan .mark { font-size: .875rem; background: var(--warn-shade); border-radius: .3rem; padding: .1rem .5rem; margin: .2rem 0; }
.plan .mark-slow { background: var(--bad-shade); }
.plan details { font-size: .875rem; color: var(--quiet); }
.plan dl { margin: .1rem 0 .2rem; font-size: .875rem; }
.plan dl div { display: flex; flex-wrap: wrap; gap: 0 .6rem; }
.plan dt { color: var(--quiet); }
.plan dd { margin: 0; font-family: var(--mono); font-size: .95em; overflow-wrap: anywhere; }
.database-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem; align-items: start; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: .2rem 1rem .4rem; min-width: 0; }
.card h2 { margin: .6rem 0 0; }
.database-links { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin: .6rem 0; }
.database-links a { line-height: 24px; }
.followers { display: grid; gap: 1rem; }
.follower { border-left: .25rem solid var(--line); padding-left: .8rem; min-width: 0; }
.follower-head { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline; }
.follower h3, #findings h3 { font-size: 1rem; margin: .5rem 0 .2rem; }
.follower h3 { margin: 0; }
.state { font-size: .875rem; padding: 0 .5rem; border-radius: .4rem; background: var(--shade); overflow-wrap: anywhere; }
.state[data-ok=true] { background: var(--good-shade); }
.state[data-ok=false] { background: var(--bad-shade); }
.follower-body { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin: .4rem 0; align-items: start; }
.follower-body > * { flex: 1 1 18rem; min-width: 0; }
.numbers { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .1rem 1rem; margin: .2rem 0; font-size: .9rem;
  font-variant-numeric: tabular-nums; }
.numbers dt { color: var(--quiet); }
.numbers dd { margin: 0; overflow-wrap: anywhere; }
.numbers meter { width: 5rem; height: 1rem; vertical-align: middle; }
meter[hidden] { display: none; }
.plots { display: grid; gap: .6rem; }
.plot { margin: 0; }
.plot figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-size: .8rem; color: var(--quiet);
  font-variant-numeric: tabular-nums; }
.spark { display: block; width: 100%; height: 3rem; border-bottom: 1px solid var(--line); background: var(--shade); border-radius: .2rem .2rem 0 0; }
.spark-line { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.spark-area { fill: var(--accent); fill-opacity: .18; }
.advice { margin: .4rem 0; font-size: .875rem; }
[data-show=trouble] { color: var(--bad); }
.finding { border-left: .3rem solid var(--line); padding: .2rem .8rem; margin: .4rem 0; }
.finding[data-level=error] { border-left-color: var(--bad); background: var(--bad-shade); }
.finding[data-level=warning] { background: var(--warn-shade); }
.finding p { margin: .1rem 0; overflow-wrap: anywhere; }
#findings h3 small { font-weight: 400; }
@media (max-width: 30rem) { .numbers { grid-template-columns: 8.5rem 1fr; } .numbers meter { width: 3.5rem; } }
/* Schema: the list of tables, a table's page, and the tables beside the editor. */
.scroll.whole-height { max-height: none; }
.scroll.whole-height table, .scroll > table { width: 100%; }
.scroll.whole-height td { overflow-wrap: break-word; }
.scroll.whole-height td:first-child { min-width: 9rem; }
.scroll.whole-height td.definition { min-width: 15rem; overflow-wrap: anywhere; }
.unreadable { white-space: nowrap; }
.functions dt { overflow-wrap: anywhere; }
.functions dd { margin: 0 0 .6rem 1rem; }
.schema-panel { min-height: 1.5rem; }
.schema-panel input { width: 100%; max-width: 30rem; }
.schema-panel .note { margin: .3rem 0; }
.schema-panel ul { list-style: none; margin: 0; padding: 0; }
.schema-panel ul ul { padding-left: 2.1rem; }
.schema-panel .names { max-height: 20rem; overflow: auto; border: 1px solid var(--line); border-radius: .4rem; padding: .3rem; }
.schema-panel .names:empty { display: none; }
.schema-panel li { overflow-wrap: anywhere; }
.schema-panel li button { border: 0; background: none; padding: .1rem .3rem; min-height: 26px; font: 14px/1.4 var(--mono); text-align: left; max-width: 100%; }
.schema-panel li .name { color: var(--accent); }
.schema-panel li .name:hover { text-decoration: underline; }
@media (min-width: 76rem) {
  .sql-editor { position: relative; }
  .schema-panel { position: absolute; left: calc(100% + 1.25rem); top: 0; width: 16rem; }
  .schema-panel .names { max-height: 30rem; }
  .schema-panel .note { font-size: .8125rem; }
}
.schema-panel .opener { width: 26px; text-align: center; vertical-align: top; }
.schema-panel .opener::before { content: "▸"; }
.schema-panel .opener[aria-expanded=true]::before { content: "▾"; }
.running { display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; min-height: 4.2rem; font-variant-numeric: tabular-nums; }
.running p { margin: 0; }
/* Room for the result: what stands below it does not move in sight when it comes. */
main > .running { margin-bottom: 80vh; }
.embed main > .running { margin-bottom: 0; }
.running .said { flex: 1; min-width: 14rem; }
/* What is written in the editor, run without saving. */
.run { border-color: var(--accent); }
.drafted { margin: 0; }
.drafted[hidden] { display: none; }
.stacked .parameters input, .stacked .parameters select { width: 13rem; }
.stacked .parameters input[type=checkbox] { width: auto; }
.ticks { border: 1px solid var(--line); border-radius: .4rem; padding: .1rem .7rem .35rem; margin: 0; display: flex; flex-wrap: wrap; gap: .1rem 1rem;
  max-width: 100%; max-height: 12rem; overflow: auto; }
.ticks legend { font-weight: 600; }
.parameters .ticks label { display: inline-flex; gap: .35rem; align-items: center; font-weight: 400; min-height: 24px; }
.drafted-result { min-width: 0; }
.drafted-result .tools input { width: auto; }
${CHART_STYLE}`;
