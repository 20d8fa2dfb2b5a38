/**
 * The script of the pages of databases: keeps what they say of followers up to date, while they are looked at. Without
 * it they say how it was when they were loaded.
 */
import { watchStatus } from "./watch-status.ts";

for (const place of document.querySelectorAll<HTMLElement>("[data-status]")) void watchStatus(place);
