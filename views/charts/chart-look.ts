import {
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  type SymbolType,
  symbolTriangle,
} from "d3-shape";

/** The colours of a chart that stands alone. On pages the style sheet's stand above them: see views/charts/chart-style.ts. */
export interface Palette {
  paper: string;
  ink: string;
  quiet: string;
  line: string;
  series: readonly string[];
}

/** Series differ in lightness, too, and by shape, dash and hatching: they can be told apart in grey. At least 3:1 on their paper. */
export const PALETTES = {
  light: {
    paper: "#ffffff",
    ink: "#1d1b26",
    quiet: "#5d5970",
    line: "#d9d6e3",
    series: ["#4b3fa7", "#b3470a", "#0b6e6e", "#a3286e", "#2f6b12", "#5f5f66"],
  },
  dark: {
    paper: "#16151c",
    ink: "#e9e7f2",
    quiet: "#a9a5bd",
    line: "#3a3747",
    series: ["#b3a9ff", "#f0a878", "#7fd6d2", "#f29ac4", "#a6d67f", "#c9c6d6"],
  },
} as const satisfies Record<string, Palette>;

/** How the lines of series are dashed, as stroke-dasharray. */
export const DASHES: readonly (string | undefined)[] = [undefined, "8 4", "2 4", "12 4 2 4", "16 6", "5 2"];

/** The shapes of series' points. */
export const SHAPES: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolCross,
  symbolStar,
];

/** The box that a chart is drawn in, in user units: a page scales it. */
export const WIDTH = 760;
export const HEIGHT = 340;
export const FONT = 12;

/** About how wide a text is: DejaVu Sans' letters take 0.6 em on average. */
export function textWidth(text: string): number {
  return text.length * FONT * 0.6;
}

/** A text that takes no more than so many letters. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
