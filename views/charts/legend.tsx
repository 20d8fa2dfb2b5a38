import { symbol } from "d3-shape";
import { DASHES, SHAPES, shorten, textWidth, WIDTH } from "./chart-look.ts";
import type { Drawing } from "./frame.tsx";
import { fillOf } from "./patterns.tsx";

/** The room that a chart leaves for it at the top. */
export const LEGEND_HEIGHT = 26;

/** Which series is which: by colour, and by dash, shape or hatching. In one row, as far as there is room. */
export function Legend({
  names,
  lines,
  bars = false,
  ...drawing
}: Drawing & { names: readonly string[]; lines: boolean; bars?: boolean }) {
  const { palette } = drawing;
  const most = Math.max(6, Math.floor((WIDTH / names.length - 44) / 7.2));
  let at = 4;
  return (
    <g>
      {names.map((name, place) => {
        const from = at;
        const short = shorten(name, most);
        at += 44 + textWidth(short);
        return (
          <g transform={`translate(${Math.round(from)},14)`}>
            {lines && (
              <line
                class={`line-${place}`}
                x2={24}
                stroke={palette.series[place]}
                stroke-width={2}
                stroke-dasharray={DASHES[place]}
              />
            )}
            {bars ? (
              <rect
                class={place === 0 ? "mark-0" : `line-${place}`}
                x={6}
                y={-6}
                width={14}
                height={12}
                fill={fillOf(place, drawing)}
                stroke={palette.series[place]}
              />
            ) : (
              <path
                class={`mark-${place}`}
                transform="translate(12,0)"
                d={symbol(SHAPES[place], 36)() ?? ""}
                fill={palette.series[place]}
              />
            )}
            <text x={30} dy="0.35em" fill={palette.ink} class="ink">
              {short}
            </text>
          </g>
        );
      })}
    </g>
  );
}
