export const words = {
  save: "Save",
  keys: (isApple: boolean, save: string) => {
    const control = isApple ? "⌘" : "Ctrl";
    return `${control}-Enter: Run, without saving; what is selected alone. ${control}-S: ${save}. Tab indents; Escape, then Tab, leaves the editor.`;
  },
};
