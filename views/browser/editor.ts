/** The script of a clip's form: what makes writing comfortable. Without it the form works as well. */
import { createSqlEditor } from "./sql-editor.ts";
import { editTogether } from "./edit-together.ts";
import { offerExplain } from "./explain-sql.ts";
import { createParameterInputs } from "./parameter-inputs.ts";
import { createDraftRunner } from "./run-draft.ts";
import { submitByKey } from "./submit-by-key.ts";
import { keepUnsaved } from "./keep-unsaved.ts";

const area = document.querySelector<HTMLTextAreaElement>("textarea[name=sql]");
const form = area?.form;
if (area && form) {
  const editor = createSqlEditor(area);
  keepUnsaved(form, { onChange: () => editor.showText(area.value) });
  editTogether(form);
  const database = form.querySelector<HTMLSelectElement>("[name=database]")!;
  const parameters = createParameterInputs(area, database);
  form.querySelector(".sql-editor")!.after(parameters.place);
  const values = (): Record<string, string> => parameters.values(area.value);
  offerExplain(form, { after: parameters.place, parameters: values, showFault: editor.showFault });
  const runner = createDraftRunner({ editor, parameters, database });
  const buttons = form.querySelector(".explain")!;
  buttons.prepend(runner.button);
  buttons.after(runner.place);
  submitByKey(form, { run: runner.run });
}
