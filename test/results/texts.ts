/** Characters below U+0020, without NUL, which PostgreSQL's text cannot hold. */
export const CONTROLS = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1));

/** Texts at the edges of CSV, JSON, arrays and Unicode. */
export const TEXTS: readonly string[] = [
  ...["", " ", "  ", "plain", " leading", "trailing ", "a,b", ",", ",,", ";", "a;b", "tab\tbed", "\t"],
  ...['say "hi"', '"', '""', '"quoted"', "it's", "'", "''"],
  ...["line\nbreak", "\n", "\n\n", "\r", "cr\rlf\r\nboth", "\r\n", "ends with\n", "\nbegins"],
  ...["\\", "\\\\", "\\.", "\\.x", "x\\.", "\\.\n", "\\N", "\\n", 'back\\"slash', "\\u0041"],
  ...["NULL", "null", "Null", '"NULL"', "{}", "{a,b}", '{"a"}', "[1,2]", "[0:1]={a,b}", "(1,2)", "true", "1", "NaN"],
  ...["=1+1", "+1", "-1", "@x", "\tx", "\rx", "-", "=", "'=1", "\uFF1D1"],
  ...[
    "é",
    "e\u0301",
    "日本語",
    "😀",
    "👩‍👩‍👧",
    "مرحبا",
    "\u202Eabc",
    "\uFEFF",
    "\uFEFFmark",
    "a\uFEFF",
    "\u00A0",
    "\u0085",
  ],
  ...["\u2028", "\u2029", "\u007F", "\u0080", "\uFFFD", "\uFFFF", "\u{10FFFF}", "<script>&amp;</script>"],
  ...CONTROLS,
  CONTROLS.join(""),
];
