import type { Child } from "hono/jsx";

interface WideTableProps {
  /** What it is a table of, for those who do not see it. */
  label: string;
  /** The columns' names; a column of numbers is aligned as such. */
  heads: readonly (string | { number: string })[];
  class?: string;
  /** A class of what it scrolls in. */
  region?: "whole-height" | "audit";
  /** Its rows. */
  children?: Child;
}

/** A table that scrolls sideways where it is wider than the page, also by the keyboard. */
export function WideTable({ label, heads, class: kind, region, children }: WideTableProps) {
  return (
    <div class={region === undefined ? "scroll" : `scroll ${region}`} tabindex={0} role="region" aria-label={label}>
      <table class={kind}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th scope="col" class={typeof head === "string" ? undefined : "number"}>
                {typeof head === "string" ? head : head.number}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
