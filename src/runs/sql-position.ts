/** The 1-based position, in code points, of the character at the UTF-16 offset `unit`; the way PostgreSQL counts. */
export function positionOfUnit(text: string, unit: number): number {
  return Array.from(text.slice(0, unit)).length + 1;
}

/** The UTF-16 offset of the character at the 1-based code point `position`; the end of the text if it lies behind it. */
export function unitOfPosition(text: string, position: number): number {
  let unit = 0;
  for (let left = position - 1; left > 0 && unit < text.length; left--) unit += unitsAt(text, unit);
  return unit;
}

/** The UTF-16 offset of the character at the 0-based UTF-8 offset `byte`; locations in a parse tree count bytes. */
export function unitOfByte(text: string, byte: number): number {
  let unit = 0;
  for (let left = byte; left > 0 && unit < text.length;) {
    left -= utf8Length(text.codePointAt(unit) ?? 0);
    unit += unitsAt(text, unit);
  }
  return unit;
}

function unitsAt(text: string, unit: number): number {
  return (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
