import type { Child } from "hono/jsx";
import type { DatabaseStatusJson } from "../src/routes/status-json.ts";
import { runsText } from "./english/follower-words.ts";
import { FollowerCard } from "./follower-card.tsx";

interface DatabaseStatusProps {
  status: DatabaseStatusJson;
  /** Whether all is shown, or what matters at a glance. */
  whole: boolean;
  /** What comes between the runs and the followers. */
  children?: Child;
}

/** A database and its followers at the moment: what a script keeps up to date. */
export function DatabaseStatus({ status, whole, children }: DatabaseStatusProps) {
  return (
    <div class="status" data-status={`/api/databases/${encodeURIComponent(status.name)}/status`}>
      <p class="facts">
        <span data-show="runs">{runsText(status)}</span> <span data-show="trouble" />
      </p>
      {children}
      <div class="followers">
        {status.followers.map((follower) => (
          <FollowerCard follower={follower} whole={whole} now={Date.parse(status.at)} />
        ))}
      </div>
    </div>
  );
}
