import { joinElements } from "../array-text.ts";

/** What is written in a form of parameters, by their names, as PostgreSQL reads it. */
export function readParameters(form: HTMLFormElement): Record<string, string> {
  const fields = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
  return Object.fromEntries(joinElements(fields));
}
