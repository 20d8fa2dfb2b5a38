export const words = {
  save: "Save",
  ctrl: "Ctrl",
  enterRunWithoutSaving: (modifier: string | number, button: string | number) =>
    `${modifier}-Enter: Run, without saving; what is selected alone. ${modifier}-S: ${button}. `,
  tabIndentsEscapeThen: "Tab indents; Escape, then Tab, leaves the editor.",
};
