/** In characters. NIST SP 800-63B asks for 8 at least, and advises more; a sentence has room. */
export const PASSWORD_LENGTH = { min: 10, max: 200 };
