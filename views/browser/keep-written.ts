type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/**
 * Notes what somebody has written into the fields of a part of a page, and which one has the focus.
 * @returns what puts that into fields of the same names, in forms to the same address, that have come in their place
 */
export function keepWritten(within: Element): () => void {
  const fields = fieldsIn(within);
  const written = fields.filter(isWritten);
  const focused = fields.find((field) => field === document.activeElement);
  return () => {
    for (const field of written) {
      const other = successor(within, field);
      if (other === undefined) continue;
      if (isTick(field)) (other as HTMLInputElement).checked = field.checked;
      else other.value = field.value;
    }
    if (focused === undefined) return;
    const other = successor(within, focused);
    other?.focus({ preventScroll: true });
    if (isText(focused) && isText(other)) other.setSelectionRange(focused.selectionStart, focused.selectionEnd);
  };
}

function fieldsIn(within: Element): Field[] {
  return [...within.querySelectorAll<Field>("form :is(input, select, textarea)[name]")];
}

function isWritten(field: Field): boolean {
  if (field instanceof HTMLSelectElement)
    return [...field.options].some((each) => each.selected !== each.defaultSelected);
  return isTick(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type);
}

/** Of the others browsers do not say where the cursor stands. */
function isText(field: Field | undefined): field is HTMLInputElement {
  return field instanceof HTMLInputElement && field.type === "text";
}

/** The field that stands where one stood that is no longer in the page. */
function successor(within: Element, gone: Field): Field | undefined {
  if (gone.isConnected) return undefined;
  return fieldsIn(within).find(
    (field) =>
      field.name === gone.name &&
      field.form!.action === gone.form?.action &&
      field.type === gone.type &&
      (!isTick(gone) || field.value === gone.value),
  );
}
