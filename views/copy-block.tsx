interface CopyBlockProps {
  text: string;
  /** What it is, for who hears the button: "Copy the …". */
  name: string;
}

/** A text to be taken as it stands. A script puts a button beside it, for which there is room; without it, it is selected. */
export function CopyBlock({ text, name }: CopyBlockProps) {
  return (
    <div class="copy-block">
      <pre class="sql" tabindex={0} data-copy={name}>
        {text}
      </pre>
    </div>
  );
}
