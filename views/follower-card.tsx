import type { FollowerStatusJson } from "../src/routes/status-json.ts";
import { words } from "./english/follower-card.ts";
import { type FollowerBar, followerShares, followerTexts } from "./english/follower-words.ts";
import { plotPoints, type PlotKind } from "./plots.ts";
import { SparkLine } from "./spark-line.tsx";

interface FollowerCardProps {
  follower: FollowerStatusJson;
  /** Whether all is shown, or what matters at a glance. */
  whole: boolean;
  /** In ms since the epoch. */
  now: number;
}

/** A follower at the moment. A script keeps it up to date: texts by `data-show`, bars by `data-bar`, plots by `data-plot`. */
export function FollowerCard({ follower, whole, now }: FollowerCardProps) {
  const texts = followerTexts(follower);
  const Title = whole ? "h3" : "strong";
  const plot = (kind: PlotKind) => <SparkLine kind={kind} points={plotPoints(kind, follower.samples)} now={now} />;
  const fact = (show: keyof typeof words) => (
    <>
      <dt>{words[show]}</dt>
      <dd data-show={show}>{texts[show]}</dd>
    </>
  );
  const bar = (kind: FollowerBar) => {
    const name = words[kind];
    const share = followerShares(follower)[kind];
    return (
      <>
        <dt>{name}</dt>
        <dd>
          <meter
            data-bar={kind}
            min={0}
            max={share?.max ?? 1}
            value={share?.value ?? 0}
            hidden={share === null}
            aria-label={name}
          />{" "}
          <span data-show={kind}>{texts[kind]}</span>
        </dd>
      </>
    );
  };
  return (
    <article class="follower" data-follower={follower.name}>
      <div class="follower-head">
        <Title>{follower.name}</Title>{" "}
        <span class="state" data-show="state" data-ok={String(follower.ok)}>
          {texts.state}
        </span>
      </div>
      <div class="follower-body">
        <dl class="numbers">
          {fact("behind")}
          {whole && fact("position")}
          {whole && fact("version")}
          {bar("sessions")}
          {whole && bar("role")}
          {whole && bar("connections")}
        </dl>
        <div class="plots">
          {plot("lag")}
          {whole && plot("connections")}
        </div>
      </div>
      <p class="warning advice" data-show="advice" hidden={texts.advice === ""}>
        {texts.advice}
      </p>
    </article>
  );
}
