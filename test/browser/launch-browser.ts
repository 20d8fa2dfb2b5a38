import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { type Browser, chromium, type Page } from "playwright-core";

const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Whether the browser's tests run: without Chromium they are skipped, but in CI they fail. */
export const hasBrowser = existsSync(EXECUTABLE) || process.env["CI"] !== undefined;

/** A name that is not localhost: over plain http browsers trust it less, as they do a server on a local network. */
export const PLAIN_HOST = "clips.test";

/**
 * Starts the system's Chromium, without a window.
 * @throws Error that says what to install, where there is none
 */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `The browser's tests need Chromium, and there is none at ${EXECUTABLE}. ` +
        "Install it (on Debian: apt-get install chromium), or set CHROMIUM to the path of one.",
    );
  }
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
    ],
  });
}

/** Saves a picture of a page to /tmp/screens, where SCREENSHOTS is set; for people's eyes. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (!process.env["SCREENSHOTS"]) return;
  await mkdir("/tmp/screens", { recursive: true });
  await page.screenshot({ path: `/tmp/screens/${name}.png`, fullPage: true });
}
