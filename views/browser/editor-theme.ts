import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The editor in the page's own colours: their variables (views/style.ts) are light or dark as the page is. */
export const editorTheme: Extension = [
  EditorView.theme({
    "&": {
      fontSize: "14px",
      fontWeight: "400",
      color: "var(--ink)",
      backgroundColor: "var(--paper)",
      border: "1px solid var(--line)",
      borderRadius: ".4rem",
      overflow: "hidden",
    },
    "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", maxHeight: "70vh" },
    ".cm-content, .cm-gutter": { minHeight: "var(--least-height)" },
    ".cm-content": { caretColor: "var(--ink)", padding: ".35rem 0" },
    ".cm-gutters": { backgroundColor: "var(--shade)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
    ".cm-gutterElement": { fontVariantNumeric: "tabular-nums" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
    "&.cm-focused .cm-activeLineGutter": { color: "var(--ink)" },
    ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      background: "color-mix(in srgb, var(--accent) 28%, transparent)",
    },
    "&.cm-focused .cm-matchingBracket": {
      backgroundColor: "transparent",
      outline: "1px solid var(--accent)",
      borderRadius: "2px",
    },
    "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--bad)" },
    ".cm-parameter, .cm-parameter *": { color: "var(--accent)", fontWeight: "600" },
    ".cm-fault": {
      textDecoration: "underline wavy var(--bad)",
      textUnderlineOffset: "3px",
      textDecorationSkipInk: "none",
    },
    ".cm-fault-note": {
      whiteSpace: "pre-wrap",
      overflowWrap: "anywhere",
      // No margin: the editor measures heights without.
      padding: ".2rem .5rem .3rem",
      fontFamily: "system-ui, sans-serif",
    },
    ".cm-fault-note > div": {
      padding: ".3rem .6rem",
      borderLeft: ".2rem solid var(--bad)",
      backgroundColor: "var(--bad-shade)",
    },
    ".cm-fault-note small": { display: "block", fontSize: ".8125rem" },
    ".cm-tooltip": {
      color: "var(--ink)",
      backgroundColor: "var(--paper)",
      border: "1px solid var(--line)",
      borderRadius: ".4rem",
      boxShadow: "0 4px 16px rgb(0 0 0 / 18%)",
      overflow: "visible",
    },
    // Off the line, or it covers underscores.
    ".cm-tooltip-below": { marginTop: "3px" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": {
      fontFamily: "var(--mono)",
      fontSize: "13px",
      maxHeight: "16em",
      borderRadius: ".35rem",
    },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem", lineHeight: "1.35" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
      background: "var(--accent)",
      color: "var(--on-accent)",
    },
    ".cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail": { color: "inherit" },
    ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal", marginLeft: "1em" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
    ".cm-completionIcon": { width: "1em", opacity: "1", fontSize: "100%", paddingRight: ".5em" },
    ".cm-completionIcon-helper:after": { content: "'★'" },
    ".cm-completionIcon-keyword:after": { content: "''" },
    ".cm-completionIcon-property:after": { content: "'▪'" },
    ".cm-completionIcon-class:after": { content: "'▦'" },
    ".cm-completionIcon-interface:after": { content: "'▨'" },
    ".cm-completionIcon-namespace:after": { content: "'▸'" },
    ".cm-completionIcon-variable:after": { content: "'→'" },
    ".cm-tooltip.cm-completionInfo": {
      padding: ".45rem .7rem",
      fontSize: "13px",
      lineHeight: "1.4",
      fontFamily: "system-ui, sans-serif",
      whiteSpace: "pre-line",
      overflowWrap: "anywhere",
      maxHeight: "20em",
      overflow: "auto",
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
      { tag: [tags.typeName, tags.bool, tags.null], color: "var(--sql-type)" },
      { tag: [tags.string, tags.special(tags.string)], color: "var(--sql-string)" },
      { tag: tags.number, color: "var(--sql-number)" },
      { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
    ]),
  ),
];
