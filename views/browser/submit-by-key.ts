/**
 * Keys that work anywhere in a form: Ctrl-Enter runs what is written, Ctrl-S presses the form's main button; so do Cmd-Enter
 * and Cmd-S.
 */
export function submitByKey(form: HTMLFormElement, { run }: { run: () => void }): void {
  const act: Record<string, () => void> = {
    Enter: run,
    s: () => form.requestSubmit(form.querySelector<HTMLButtonElement>("button.primary")),
  };
  form.addEventListener(
    "keydown",
    (event) => {
      const { key, ctrlKey, metaKey, shiftKey, altKey, isComposing } = event;
      if (!(ctrlKey || metaKey) || shiftKey || altKey || isComposing || act[key] === undefined) return;
      event.preventDefault();
      // Not for the editor as well, where Ctrl-Enter is a new line.
      event.stopPropagation();
      act[key]();
    },
    { capture: true },
  );
}
