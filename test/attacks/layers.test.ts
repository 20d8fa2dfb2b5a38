import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadGate } from "../../src/runs/gate.ts";
import { sample } from "../support/full.ts";
import { until } from "../support/test-server.ts";
import { hasHeld, LAYERS, type Layer, leavesTraces, openLimited } from "./layers.ts";
import { LEAVES_TRACES, LETS_THROUGH } from "./lets-through.ts";
import type { Scene } from "./lone-session.ts";
import { fillIn, readAttacks, SECRETS } from "./read-attacks.ts";
import { type Stage, startStage, type Target } from "./stage.ts";

const attacks = readAttacks();

let stage: Stage;
const targets = new Map<string, Target>();
let limited: ReturnType<typeof openLimited>;

beforeAll(async () => {
  await loadGate();
  stage = await startStage();
  for (const { hardening } of LAYERS) {
    const name = ["att", ...hardening].join("_");
    if (!targets.has(name)) targets.set(name, await stage.addDatabase(name, hardening));
  }
  limited = openLimited(targets.get("att")!, stage.embedded.url({ role: "dataclips_signal", database: "postgres" }));
});
afterAll(async () => {
  await limited?.close();
  await stage?.close();
});

/** Sessions that an attack may want to end, of the attacker's role and another one, and what it may want to read there. */
async function openVictims(target: Target, role: string): Promise<{ alive(): Promise<boolean>; end(): Promise<void> }> {
  const victims: pg.Client[] = [];
  for (const [application_name, user] of [
    ["att_victim_same", role],
    ["att_victim_other", "att_other"],
  ] as const) {
    const victim = new pg.Client({ connectionString: target.url(user), application_name });
    victim.on("error", () => {});
    await victim.connect();
    await victim.query("SELECT 'TOPSECRET-query'");
    victims.push(victim);
  }
  return {
    alive: async () => {
      const answers = await Promise.allSettled(victims.map((victim) => victim.query("SELECT 'TOPSECRET-query'")));
      return answers.every(({ status }) => status === "fulfilled");
    },
    end: async () => void (await Promise.allSettled(victims.map((victim) => victim.end()))),
  };
}

function sceneOf({ hardening, role }: Layer): Scene {
  return {
    stage,
    target: targets.get(["att", ...hardening].join("_"))!,
    role,
    endless: false,
    database: limited.database,
  };
}

describe.each(LAYERS)("$name, alone", (layer) => {
  const letsThrough = LETS_THROUGH[layer.name]!.split(" ");
  const about = attacks.filter((attack) => layer.about?.(attack) ?? true);
  let at: Scene;
  let victims: Awaited<ReturnType<typeof openVictims>>;
  beforeAll(async () => {
    at = sceneOf(layer);
    victims = await openVictims(at.target, layer.role);
  });
  afterAll(() => victims?.end());

  test("knows by name what it lets through, and nothing else", () => {
    expect(letsThrough.filter((id) => id !== "" && !about.some((attack) => attack.id === id))).toEqual([]);
  });

  // In a short run each layer has others; all of them meet the whole stack.
  test.for(sample(about, 3, LAYERS.indexOf(layer)))("$id: $title", async (attack, { task }) => {
    const values = await at.target.values(attack);
    let found = false;
    const endless = attack.category === "resources" && attack.expect === "stopped";
    const fate = await layer.run({ ...at, endless }, fillIn(attack.sql, values), async () => {
      const { rows } = await at.target.admin().query({ text: fillIn(attack.harm_check_sql, values), rowMode: "array" });
      found = rows[0]?.[0] === true;
    });
    const said = `${fate.shown} ${fate.error?.message ?? ""}`;
    const isShown = SECRETS.test(said) || (attack.secret !== undefined && new RegExp(attack.secret).test(fate.shown));
    const isChanged = await at.target.isChanged();
    const isAlive = attack.category !== "sessions of others" || (await victims.alive());
    if (isChanged) await at.target.restore();
    if (!isAlive || isChanged) {
      // Another copy of the database, after some attacks.
      await victims.end();
      victims = await openVictims(at.target, layer.role);
    }
    if (attack.category === "resources") await until(async () => (await stage.busy("primary")).length === 0);
    const harmed = found || isShown || isChanged || !isAlive;
    const held = hasHeld(layer, attack, fate, harmed);
    task.meta.attack = { layer: layer.name, id: attack.id, title: attack.title, held, harmed };
    const isExpected = held !== letsThrough.includes(attack.id);
    const leaves = fate.left && leavesTraces(fate);
    expect({ held, leaves, fate: isExpected ? undefined : fate }).toEqual({
      held: !letsThrough.includes(attack.id),
      leaves: fate.left && LEAVES_TRACES.split(" ").includes(attack.id),
      fate: undefined,
    });
  });
});
