import * as z from "zod";

const Email = z
  .string()
  .trim()
  .toLowerCase()
  // The longest path of SMTP, without its brackets (RFC 5321, section 4.5.3.1.3).
  .pipe(z.email().max(254));

/** An email address that somebody else's program says, in small letters; null: it is not one, or more than one. */
export function readEmail(text: unknown): string | null {
  const read = Email.safeParse(text);
  return read.success ? read.data : null;
}

/** What stands after the @. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}

/** What somebody is called of whom only the address is known: what stands before the @. */
export function nameOf(email: string): string {
  return email.slice(0, email.lastIndexOf("@"));
}
