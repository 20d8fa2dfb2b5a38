/**
 * The style sheet of all pages on paper: what there is to read and nothing to press, black on white, whatever colours the
 * screen has. It comes after every other rule.
 */
export const PRINT_STYLE = `
@media print {
  :root, :root[data-theme] { color-scheme: light; --ink: #000; --quiet: #333; --paper: #fff; --shade: #fff; --line: #999; --accent: #000;
    --bad: #000; --bad-shade: #fff; --good-shade: #fff; --warn-shade: #fff; --sql-type: #000; --sql-string: #000; --sql-number: #000; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .top, nav, form, dialog, button:not(.sort, .long), a.button, .actions, .downloads, .tools, .summary, .search, .filters, .recipes,
  .progress, .copy-block button, .chart-files, #shares, #delete, #use, #signing, details:not([open]):not(td details) { display: none !important; }
  .scroll, pre.sql, .embed .scroll { overflow: visible; max-height: none; border: 0; padding: 0; }
  pre.sql { white-space: pre-wrap; }
  table.result { min-width: 0; }
  table.rows, table.rows.kept { table-layout: auto; width: auto !important; margin: 0 !important; }
  table.rows th { width: auto !important; }
  table.result th { position: static; white-space: normal; border-bottom: 1.5pt solid #000; }
  td, table.rows td { max-width: none; white-space: pre-wrap; overflow-wrap: anywhere; }
  td.number { white-space: nowrap; overflow-wrap: normal; }
  th, td { padding: 1.5pt 5pt; }
  button.long { white-space: normal; text-decoration: none; overflow-wrap: anywhere; }
  button.sort { white-space: normal; color: inherit; }
  thead { display: table-header-group; }
  tr, figure, svg { break-inside: avoid; }
  h1, h2, h3 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
  .error, .warning, .notice { border-color: #000; }
  .printed { display: block; }
}
`;
