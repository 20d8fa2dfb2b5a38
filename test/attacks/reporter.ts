import type { Reporter, TestCase, TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** How an attack fared with a layer; `harmed`: something was changed, or a secret shown. */
    attack?: { layer: string; id: string; title: string; held: boolean; harmed: boolean };
  }
}

/** Prints a line for each attack and layer, a line for each layer, and a count. */
export default class AttackReporter implements Reporter {
  onTestCaseResult(testCase: TestCase): void {
    const { attack } = testCase.meta();
    const result = testCase.result();
    if (attack !== undefined) {
      print(`${wordFor(attack).padEnd(11)}  ${attack.layer.padEnd(28)}  ${attack.id}  ${attack.title}`);
    }
    if (result.state !== "failed") return;
    print(`FAILED       ${testCase.fullName}`);
    for (const { message } of result.errors) print(message.replaceAll(/^/gm, "             "));
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly { message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const attacks = tests.flatMap((test) => test.meta().attack ?? []);
    const layers = Map.groupBy(attacks, ({ layer }) => layer);
    print("");
    for (const [layer, fates] of layers) {
      const held = fates.filter((fate) => fate.held).length;
      const harmed = fates.filter((fate) => !fate.held && fate.harmed).length;
      const rest = held === fates.length ? "" : `, ${fates.length - held} let through (${harmed} of them do harm)`;
      print(`${layer.padEnd(28)}  ${held} of ${fates.length} held${rest}`);
    }
    for (const { message } of [...errors, ...modules.flatMap((module) => module.errors())]) print(message);
    const failed = tests.filter((test) => test.result().state === "failed").length;
    const harmful = attacks.filter(({ layer, harmed }) => layer.startsWith("the whole stack") && harmed).length;
    const count = new Set(attacks.map(({ id }) => id)).size;
    print(
      `\n${count} attacks, ${layers.size} layers: ${attacks.length.toLocaleString("en")} tried, ` +
        `${harmful} harmful with the whole stack, ${failed} tests failed`,
    );
  }
}

function wordFor({ held, harmed }: { held: boolean; harmed: boolean }): string {
  if (held) return "held";
  return harmed ? "HARM" : "let through";
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
