import { PASSWORD_LENGTH } from "../src/people/password-length.ts";
import type { NewAccountForm } from "../src/routes/new-account-fields.ts";

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
        Email
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
        Name
        <input name="name" value={form.name} maxlength={100} autocomplete="name" />
      </label>
      <p class="note">Left empty, it is the part of the address before the @.</p>
      <label>
        Password
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
      <p class="note">{min} characters or more.</p>
    </>
  );
}
