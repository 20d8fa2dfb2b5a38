import * as z from "zod";
import { Email, Name } from "./person-fields.ts";

/** The form by which somebody becomes a person here, as it was sent, to be shown again. */
export const NewAccountForm = z.object({
  name: z.string().default(""),
  email: z.string().default(""),
  password: z.string().default(""),
});
export type NewAccountForm = z.infer<typeof NewAccountForm>;

/** What it has to be. Nothing else that is sent counts: what a person may do is not theirs to say. */
export const NewAccountFields = z.object({ name: Name, email: Email, password: z.string() });
