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
      <h2>{words.signedByYourApplication}</h2>
      <p>{words.thisShareHasNo()}</p>
      <p>{words.theKeyAsText}</p>
      <CopyBlock name="key" text={key} />
      {examples.map(({ language, code }, n) => (
        <details open={n === 0}>
          <summary>{language}</summary>
          <CopyBlock name={`example for ${language}`} text={code} />
        </details>
      ))}
      <p class="note">{words.theExamplesTakeThe}</p>
    </section>
  );
}
