import { words } from "../english/browser/edit-together.ts";

/** How often a window says that it has a clip's form open; the server believes it for 30 seconds. */
const SAY_EVERY_MS = 10_000;

/** What the server answers: see src/routes/api-clip-editors.ts. */
interface Together {
  others: { name: string; you: boolean }[];
  version: number;
  saved_by: string;
  saved_by_you: boolean;
  saved_seconds_ago: number;
  base: string;
}

/**
 * Says every ten seconds that this window has a clip's form open, and shows above it who else has, and what has been
 * saved since it was opened. A window in the background is slowed down by the browser, and says so again when it is seen.
 */
export function editTogether(form: HTMLFormElement): void {
  const path = form.dataset["editors"];
  const place = document.querySelector<HTMLElement>(".together");
  if (path === undefined || place === null) return;
  const editor = newUuid();
  let shown = "";

  const show = (lines: readonly (string | Node)[][]): void => {
    const key = lines
      .map((line) => line.map((part) => (typeof part === "string" ? part : part.textContent)).join(""))
      .join("\n");
    // What is read out by a screen reader is only what is new.
    if (key === shown) return;
    shown = key;
    place.replaceChildren(
      ...lines.map((line) => {
        const paragraph = document.createElement("p");
        paragraph.append(...line);
        return paragraph;
      }),
    );
  };

  const say = async (): Promise<void> => {
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ editor }),
      });
      if (response.ok) return show(describe(form, (await response.json()) as Together));
      const { error } = (await response.json()) as { error: { message: string } };
      show([[words.isKept(error.message)]]);
    } catch {
      // The network is away: what was shown stays, and the next time tells.
    }
  };

  const leave = (): void => {
    void fetch(`${path}/${editor}`, { method: "DELETE", keepalive: true }).catch(() => {});
  };

  void say();
  setInterval(() => void say(), SAY_EVERY_MS);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void say());
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", ({ persisted }) => persisted && void say());
}

function describe(form: HTMLFormElement, together: Together): (string | Node)[][] {
  const lines: (string | Node)[][] = [];
  const names = together.others.filter(({ you }) => !you).map(({ name }) => name);
  if (names.length > 0) lines.push([words.others(names)]);
  if (together.others.some(({ you }) => you)) lines.push([words.youElsewhere]);
  const from = Number(fieldOf(form, "version"));
  if (together.version > from) {
    const by = together.saved_by_you ? null : together.saved_by;
    const link = document.createElement("a");
    link.href = new URL(form.action).pathname.replace(/\/edit$/, "/versions");
    link.target = "_blank";
    link.textContent = words.seeChanges;
    const saved = { by, version: together.version, secondsAgo: together.saved_seconds_ago, from };
    lines.push([`${words.saved(saved)} `, link]);
  } else if (fieldOf(form, "base") !== together.base) {
    lines.push([words.otherwiseChanged]);
  }
  return lines;
}

function fieldOf(form: HTMLFormElement, name: string): string {
  return form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value ?? "";
}

/** crypto.randomUUID is there only over https and on localhost. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
