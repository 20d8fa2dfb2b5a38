import type { Drawing } from "./frame.tsx";

/** How bars of the second series and those after it are hatched, as paths in a tile of 6 by 6. */
const HATCHES = ["M0 6L6 0", "M0 3H6", "M0 0L6 6", "M3 0V6", "M0 3H6M3 0V6"] as const;

/** What the bars of a series are filled with: the first is solid. */
export function fillOf(place: number, { palette, id }: Drawing): string {
  return place === 0 ? palette.series[0]! : `url(#${id}-hatch-${place})`;
}

/** The hatchings of a chart's series. */
export function Patterns({ count, palette, id }: Drawing & { count: number }) {
  return (
    <defs>
      {HATCHES.slice(0, Math.max(0, count - 1)).map((path, index) => (
        <pattern id={`${id}-hatch-${index + 1}`} width={6} height={6} patternUnits="userSpaceOnUse">
          <path
            class={`line-${index + 1}`}
            d={path}
            stroke={palette.series[index + 1]}
            stroke-width={1.6}
            fill="none"
          />
        </pattern>
      ))}
    </defs>
  );
}
