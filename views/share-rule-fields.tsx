import { DEFAULT_REQUESTS_PER_MINUTE, SHARE_FORMATS } from "../src/clips/share-rules.ts";
import type { ShareForm } from "../src/routes/share-form.ts";

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
        Name
        <input name="name" value={form["name"]} maxlength={200} />
      </label>
      <label>
        Note
        <textarea name="note" rows={2} maxlength={2000}>
          {form["note"]}
        </textarea>
        <span class="note">Name and note are for you: who has the link does not see them.</span>
      </label>
      {result !== null && (
        <label class="box">
          <input type="checkbox" name="result" value={String(result)} checked={form["result"] !== undefined} /> Pinned
          to result {result}: it shows this one and never another one
        </label>
      )}
      {isNew && (
        <label class="box">
          <input type="checkbox" name="signed" value="1" checked={form["signed"] !== undefined} /> Signed by your
          application: it has no address of its own, and opens only with what your server signs, such as the values of
          one customer
        </label>
      )}
      <label>
        Works until (UTC)
        <input
          name="expires_at"
          value={form["expires_at"]}
          placeholder="2027-01-31 or 2027-01-31T18:00Z; empty: no end"
        />
      </label>
      <label>
        Password
        <input type="password" name="password" autocomplete="new-password" minlength={8} maxlength={200} />
        {hasPassword && <span class="note">It has one. Leave this empty to keep it.</span>}
      </label>
      {hasPassword && (
        <label class="box">
          <input type="checkbox" name="no_password" value="1" checked={form["no_password"] !== undefined} /> No password
          any more
        </label>
      )}
      <fieldset>
        <legend>Formats</legend>
        {SHARE_FORMATS.map((format) => (
          <label class="box">
            <input
              type="checkbox"
              name={`format_${format}`}
              value="1"
              checked={form[`format_${format}`] !== undefined}
            />{" "}
            {format === "html" ? "Page" : format.toUpperCase()}
          </label>
        ))}
      </fieldset>
      {parameters.length > 0 && (
        <fieldset>
          <legend>Parameters</legend>
          {parameters.map((name) => (
            <ParameterUse name={name} use={form[`use_${name}`] ?? "open"} value={form[`value_${name}`] ?? ""} />
          ))}
        </fieldset>
      )}
      <label>
        Origins
        <textarea name="origins" rows={2} placeholder="https://www.example.com">
          {form["origins"]}
        </textarea>
        <span class="note">
          Web sites whose pages may read its data and show its page in a frame, one a line. Empty: all may read, none
          may frame it.
        </span>
      </label>
      <label class="box">
        <input type="checkbox" name="no_origins" value="1" checked={form["no_origins"] !== undefined} /> No other site
        at all, if none is listed
      </label>
      <label>
        Requests a minute of one address
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
  const choices = { open: "viewers choose it", fixed: "the clip's default", locked: "locked to this value:" };
  return (
    <fieldset>
      <legend>{name}</legend>
      <label class="box">
        Use{" "}
        <select name={`use_${name}`}>
          {Object.entries(choices).map(([choice, words]) => (
            <option value={choice} selected={choice === use}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <input name={`value_${name}`} value={value} aria-label="Locked value" />
    </fieldset>
  );
}
