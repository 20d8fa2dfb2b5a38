import { CopyBlock } from "./copy-block.tsx";

/** What somebody needs whose application signs for a share: the key, and examples that work. */
export interface Signing {
  key: string;
  examples: readonly { language: string; code: string }[];
}

/** How an application opens a share. */
export function SignedEmbed({ signing: { key, examples } }: { signing: Signing }) {
  return (
    <section id="signing">
      <h2>Signed by your application</h2>
      <p>
        This share has no address of its own. Your application's server makes one for each of its users: a JWT (HS256)
        with the values that are locked, and the time when it ends. It opens the page, which the origins below may show
        in a frame, and with <code>.json</code>, <code>.csv</code>, <code>.ndjson</code> or <code>.xlsx</code> behind it
        the data.
      </p>
      <p>The key, as text. Keep it on the server: whoever has it sees everything that this clip can show.</p>
      <CopyBlock name="key" text={key} />
      {examples.map(({ language, code }, n) => (
        <details open={n === 0}>
          <summary>{language}</summary>
          <CopyBlock name={`example for ${language}`} text={code} />
        </details>
      ))}
      <p class="note">
        The examples take the key from the environment, as DATACLIPS_SIGNING_KEY, and print an address that works for
        ten minutes.
      </p>
    </section>
  );
}
