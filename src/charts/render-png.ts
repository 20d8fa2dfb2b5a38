import { createRequire } from "node:module";
import { AppError } from "../errors.ts";
import { ON_WORKERS } from "../on-workers.ts";

/** Pixels for each of the drawing's own units: a picture is to be sharp on today's screens. */
export const SCALE = 2;
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

/**
 * A picture of an SVG drawing, by resvg, in a thread of its own; with the DejaVu fonts that come with this program, so
 * that it looks the same wherever it is made. Loaded when the first picture is asked for.
 */
export async function renderPng(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  if (ON_WORKERS) {
    throw new AppError("not_on_workers", "Charts cannot be drawn as PNG on Workers, where resvg is not.", {
      hint: "Take the same address with .svg.",
    });
  }
  const { renderAsync } = await import("@resvg/resvg-js");
  const { resolve } = createRequire(import.meta.url);
  const image = await renderAsync(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS.map((file) => resolve(`dejavu-fonts-ttf/ttf/${file}`)),
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  return new Uint8Array(image.asPng());
}
