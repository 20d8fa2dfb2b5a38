import { AppError } from "../errors.ts";

const THEMES = ["light", "dark", "auto"] as const;
const SHOWN = ["chart", "table", "both"] as const;

/** How a share looks in a frame. */
export interface EmbedOptions {
  /** Its colours; auto: as the reader's browser has them. */
  theme: (typeof THEMES)[number];
  /** What of the result; where it has no chart, the table in its place. */
  show: (typeof SHOWN)[number];
}

/**
 * The options in an embed's address, and the address without them, as the share's page would have it. A clip's own
 * parameter of such a name cannot be chosen in a frame.
 * @throws AppError invalid_request
 */
export function readEmbedOptions(url: string): { options: EmbedOptions; pageUrl: URL } {
  const pageUrl = new URL(url);
  const options: EmbedOptions = {
    theme: readOption(pageUrl, "theme", THEMES) ?? "auto",
    show: readOption(pageUrl, "show", SHOWN) ?? "chart",
  };
  return { options, pageUrl };
}

/** Takes an option out of an address. */
function readOption<Value extends string>(
  { searchParams }: URL,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const given = searchParams.getAll(name);
  searchParams.delete(name);
  if (given.length === 0) return undefined;
  const value = given.length === 1 ? values.find((each) => each === given[0]) : undefined;
  if (value !== undefined) return value;
  throw new AppError("invalid_request", `${name} can be ${values.join(" or ")}, once, and nothing else.`, {
    hint: `Without it, ${name} is ${name === "theme" ? "auto" : "chart"}.`,
  });
}
