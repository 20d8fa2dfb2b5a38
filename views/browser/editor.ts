/** The script of a clip's form: what makes writing comfortable. Without it the form works as well. */
import { createSqlEditor } from "./sql-editor.ts";
import { submitByKey } from "./submit-by-key.ts";
import { keepUnsaved } from "./keep-unsaved.ts";

const area = document.querySelector<HTMLTextAreaElement>("textarea[name=sql]");
const form = area?.form;
if (area && form) {
  const editor = createSqlEditor(area);
  keepUnsaved(form, { onChange: () => editor.showText(area.value) });
  submitByKey(form);
}
