import type { HelpersStatus } from "../src/helpers/helpers-status.ts";

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
        {missing === helpers.length
          ? language === null
            ? "None are installed: the server has neither PL/V8 nor PL/JS, in which they are written."
            : "None are installed: functions for reports that clips can call, such as sparklines and cohorts."
          : `${current} of ${helpers.length} are installed and current.`}{" "}
        <a href={`${path}/helpers`}>Helper functions</a>
      </p>
      {others.length > 0 && (
        <p class="warning">
          Not as this release has them:{" "}
          {others.map(({ name, state }) => `${name} (${state.replaceAll("_", " ")})`).join(", ")}.
        </p>
      )}
      {missing < helpers.length &&
        behind.map(({ name, reason }) => (
          <p class="warning">
            {name}: {reason}
          </p>
        ))}
    </>
  );
}
