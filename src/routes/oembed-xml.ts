/** What is said of an address (https://oembed.com, 2.3.4). */
export type Oembed = Readonly<Record<string, string | number>>;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
/** What XML 1.0 has no way to write (section 2.2, Char); a surrogate alone too. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const NOT_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu;

/** What is said of an address, as XML (https://oembed.com, 2.3.4.1). Its names are elements' names; values may be anything. */
export function oembedXml(said: Oembed): string {
  const elements = Object.entries(said).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  return `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>${elements.join("")}</oembed>\n`;
}

function escapeXml(text: string): string {
  return text.replace(NOT_XML, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
