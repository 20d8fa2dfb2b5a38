import { CopyBlock } from "./copy-block.tsx";
import { words } from "./english/signed-embed.tsx";

/** What somebody needs whose application signs for a share: the key, and examples that work. */
export interface Signing {
  key: string;
  examples: readonly { language: string; code: string }[];
}

/** How an application opens a share. */
export function SignedEmbed({ signing: { key, examples } }: { signing: Signing }) {
  return (
    <section id="signing">
      <h2>{words.title}</h2>
      <p>{words.whatIsSigned()}</p>
      <p>{words.keepKey}</p>
      <CopyBlock name={words.copiedKey} text={key} />
      {examples.map(({ language, code }, n) => (
        <details open={n === 0}>
          <summary>{language}</summary>
          <CopyBlock name={words.exampleFor(language)} text={code} />
        </details>
      ))}
      <p class="note">{words.whatExamplesDo}</p>
    </section>
  );
}
