import type { HelpersStatus } from "../src/helpers/helpers-status.ts";
import { words } from "./english/helpers-summary.ts";

/** How many helpers are in each state, and which followers have them. */
export function HelpersSummary({
  helpers: { helpers, followers, language },
  path,
}: {
  helpers: HelpersStatus;
  path: string;
}) {
  const current = helpers.filter(({ state }) => state === "current").length;
  const missing = helpers.filter(({ state }) => state === "missing").length;
  const others = helpers.filter(({ state }) => state !== "current" && state !== "missing");
  const behind = followers.filter(({ arrived }) => !arrived);
  return (
    <>
      <p>
        {missing === helpers.length ? words.none(language !== null) : words.current(current, helpers.length)}{" "}
        <a href={`${path}/helpers`}>{words.helpers}</a>
      </p>
      {others.length > 0 && <p class="warning">{words.notCurrent(others)}</p>}
      {missing < helpers.length &&
        behind.map(({ name, reason }) => (
          <p class="warning">
            {name}: {reason}
          </p>
        ))}
    </>
  );
}
