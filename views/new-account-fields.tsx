import { PASSWORD_LENGTH } from "../src/people/password-length.ts";
import type { NewAccountForm } from "../src/routes/new-account-fields.ts";
import { words } from "./english/new-account-fields.ts";

interface NewAccountFieldsProps {
  form: NewAccountForm;
  /** The address that is settled already; null: it is asked for. */
  email: string | null;
}

/** What somebody says of themselves who becomes a person here. */
export function NewAccountFields({ form, email }: NewAccountFieldsProps) {
  const { min, max } = PASSWORD_LENGTH;
  return (
    <>
      <label>
        {words.email}
        <input
          type="email"
          name="email"
          value={email ?? form.email}
          readonly={email !== null}
          maxlength={254}
          autocomplete="username"
          required
          autofocus={email === null}
        />
      </label>
      <label>
        {words.name}
        <input name="name" value={form.name} maxlength={100} autocomplete="name" />
      </label>
      <p class="note">{words.emptyName}</p>
      <label>
        {words.password}
        <input
          type="password"
          name="password"
          minlength={min}
          maxlength={max}
          autocomplete="new-password"
          required
          autofocus={email !== null}
        />
      </label>
      <p class="note">{words.ofLength(min)}</p>
    </>
  );
}
