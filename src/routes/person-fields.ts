import * as z from "zod";

/** RFC 5321, section 4.5.3.1, as erratum 1690 of RFC 3696 reads it. */
const EMAIL_LENGTH = 254;
const NAME_LENGTH = 100;

/** Somebody's email address, in small letters. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(z.email("must be an email address, such as ada@example.com").max(EMAIL_LENGTH, "is too long"));

/** Somebody's name; may be empty. */
export const Name = z
  .string()
  .trim()
  .max(NAME_LENGTH, `has at most ${NAME_LENGTH} characters`)
  // Line ends and the like: names stand in headers, logs and lists.
  .regex(/^\P{Cc}*$/u, "must not have control characters")
  .default("");
