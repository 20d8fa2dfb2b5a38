/** Ctrl-Enter, and Cmd-Enter, anywhere in a form press its main button. */
export function submitByKey(form: HTMLFormElement): void {
  form.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      // Not for the editor as well, where it is a new line.
      event.stopPropagation();
      form.requestSubmit(form.querySelector<HTMLButtonElement>("button.primary"));
    },
    { capture: true },
  );
}
