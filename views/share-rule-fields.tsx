import { DEFAULT_REQUESTS_PER_MINUTE, SHARE_FORMATS } from "../src/clips/share-rules.ts";
import type { ShareForm } from "../src/routes/share-form.ts";
import { words } from "./english/share-rule-fields.ts";

interface ShareRuleFieldsProps {
  form: ShareForm;
  /** The clip's; none of a pinned share. */
  parameters: readonly string[];
  hasPassword: boolean;
  /** The result that the share can be pinned to; null where there is none, or it is settled. */
  result: number | null;
  /** Whether it is not made yet: how it is opened is chosen then. */
  isNew: boolean;
}

/** The inputs for a share's rules. */
export function ShareRuleFields({ form, parameters, hasPassword, result, isNew }: ShareRuleFieldsProps) {
  return (
    <>
      <input type="hidden" name="rules" value="1" />
      <label>
        {words.name}
        <input name="name" value={form["name"]} maxlength={200} />
      </label>
      <label>
        {words.note}
        <textarea name="note" rows={2} maxlength={2000}>
          {form["note"]}
        </textarea>
        <span class="note">{words.whoSeesThem}</span>
      </label>
      {result !== null && (
        <label class="box">
          <input type="checkbox" name="result" value={String(result)} checked={form["result"] !== undefined} />{" "}
          {words.pinned(result)}
        </label>
      )}
      {isNew && (
        <label class="box">
          <input type="checkbox" name="signed" value="1" checked={form["signed"] !== undefined} /> {words.signed}
        </label>
      )}
      <label>
        {words.expires}
        <input name="expires_at" value={form["expires_at"]} placeholder={words.howExpiryIsWritten} />
      </label>
      <label>
        {words.password}
        <input type="password" name="password" autocomplete="new-password" minlength={8} maxlength={200} />
        {hasPassword && <span class="note">{words.hasPassword}</span>}
      </label>
      {hasPassword && (
        <label class="box">
          <input type="checkbox" name="no_password" value="1" checked={form["no_password"] !== undefined} />{" "}
          {words.noPassword}
        </label>
      )}
      <fieldset>
        <legend>{words.formats}</legend>
        {SHARE_FORMATS.map((format) => (
          <label class="box">
            <input
              type="checkbox"
              name={`format_${format}`}
              value="1"
              checked={form[`format_${format}`] !== undefined}
            />{" "}
            {words.format(format)}
          </label>
        ))}
      </fieldset>
      {parameters.length > 0 && (
        <fieldset>
          <legend>{words.parameters}</legend>
          {parameters.map((name) => (
            <ParameterUse name={name} use={form[`use_${name}`] ?? "open"} value={form[`value_${name}`] ?? ""} />
          ))}
        </fieldset>
      )}
      <label>
        {words.origins}
        <textarea name="origins" rows={2} placeholder={words.exampleOrigin}>
          {form["origins"]}
        </textarea>
        <span class="note">{words.whatOriginsMay}</span>
      </label>
      <label class="box">
        <input type="checkbox" name="no_origins" value="1" checked={form["no_origins"] !== undefined} />{" "}
        {words.noOrigins}
      </label>
      <label>
        {words.requestsPerMinute}
        <input
          name="requests_per_minute"
          inputmode="numeric"
          value={form["requests_per_minute"]}
          placeholder={String(DEFAULT_REQUESTS_PER_MINUTE)}
        />
      </label>
    </>
  );
}

function ParameterUse({ name, use, value }: { name: string; use: string; value: string }) {
  return (
    <fieldset>
      <legend>{name}</legend>
      <label class="box">
        {words.use}{" "}
        <select name={`use_${name}`}>
          {Object.entries(words.uses).map(([choice, label]) => (
            <option value={choice} selected={choice === use}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <input name={`value_${name}`} value={value} aria-label={words.lockedValue} />
    </fieldset>
  );
}
