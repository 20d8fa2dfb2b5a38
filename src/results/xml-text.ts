const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const UNDERSCORE = 0x5f;
const LOWER_X = 0x78;

/** What a byte of a text is in XML: 0 as it is, else an index of REPLACEMENTS, or one of the two below. */
const RULES = new Uint8Array(256);
const REPLACEMENTS: Buffer[] = [Buffer.alloc(0)];
/** The byte begins something that depends on what follows. */
const LOOK = 255;

function replace(byte: number, text: string): void {
  RULES[byte] = REPLACEMENTS.push(Buffer.from(text)) - 1;
}
replace(0x26, "&amp;");
replace(0x3c, "&lt;");
replace(0x3e, "&gt;");
// XML readers make a line feed of a bare carriage return (XML 1.0, section 2.11).
replace(RETURN, "&#13;");
for (let byte = 0; byte < 0x20; byte++) {
  if (byte !== TAB && byte !== NEWLINE && byte !== RETURN) replace(byte, escapeCode(byte));
}
RULES[UNDERSCORE] = LOOK;
RULES[0xef] = LOOK;

const NOT_CHARACTERS = [Buffer.from(escapeCode(0xfffe)), Buffer.from(escapeCode(0xffff))] as const;
const ESCAPED_UNDERSCORE = Buffer.from(escapeCode(UNDERSCORE));

/** The longest that one byte becomes: `_x0001_`. */
export const XML_BYTES = 7;

function escapeCode(code: number): string {
  return `_x${code.toString(16).toUpperCase().padStart(4, "0")}_`;
}

/**
 * Writes UTF-8 as text of an Office Open XML element; returns where the output goes on. Characters that XML 1.0 forbids
 * become `_xHHHH_`, and a text that looks like that gets its underscore escaped (ECMA-376, part 1, 22.9.2.19, ST_Xstring).
 */
export function writeXmlText(from: Uint8Array, at: number, end: number, to: Uint8Array, start: number): number {
  let o = start;
  for (let i = at; i < end; i++) {
    const byte = from[i]!;
    const rule = RULES[byte]!;
    if (rule === 0) {
      to[o++] = byte;
    } else if (rule !== LOOK) {
      o = put(REPLACEMENTS[rule]!, to, o);
    } else if (byte === UNDERSCORE) {
      if (looksEscaped(from, i, end)) o = put(ESCAPED_UNDERSCORE, to, o);
      else to[o++] = byte;
    } else if (from[i + 1] === 0xbf && from[i + 2]! >= 0xbe) {
      o = put(NOT_CHARACTERS[from[i + 2] === 0xbe ? 0 : 1], to, o);
      i += 2;
    } else {
      to[o++] = byte;
    }
  }
  return o;
}

/** A text as an XML element's content, or an attribute's value in double quotes. */
export function xmlText(text: string): string {
  const bytes = Buffer.from(text);
  const xml = Buffer.alloc(bytes.length * XML_BYTES);
  return xml.toString("utf8", 0, writeXmlText(bytes, 0, bytes.length, xml, 0)).replaceAll('"', "&quot;");
}

/** Copies a few bytes; faster than copy() for what is this short. */
export function put(piece: Uint8Array, to: Uint8Array, start: number): number {
  for (let i = 0; i < piece.length; i++) to[start + i] = piece[i]!;
  return start + piece.length;
}

function looksEscaped(from: Uint8Array, at: number, end: number): boolean {
  if (at + 7 > end || from[at + 1] !== LOWER_X || from[at + 6] !== UNDERSCORE) return false;
  return isHex(from[at + 2]!) && isHex(from[at + 3]!) && isHex(from[at + 4]!) && isHex(from[at + 5]!);
}

function isHex(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}
