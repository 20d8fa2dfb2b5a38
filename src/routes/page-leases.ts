import { randomUUID } from "node:crypto";

/**
 * So long a run goes on for a page that was sent without its result, and that nobody has come back from: a browser
 * without JavaScript comes back every two seconds, and may miss some.
 */
const LEASE_MS = 8_000;

/** What waits for runs in place of pages that were sent, by their tokens. */
const leases = new Map<string, () => void>();

/**
 * Waits on in place of a page that was sent, until {@link endLease}, or until nobody came back in time.
 * @param leave ends the waiting; called once
 * @returns the token that ends it, for that page only
 */
export function holdLease(leave: () => void): string {
  const token = randomUUID();
  const timer = setTimeout(() => endLease(token), LEASE_MS).unref();
  leases.set(token, () => {
    clearTimeout(timer);
    leave();
  });
  return token;
}

/** Ends a lease: its page waits by itself again. One that is over, or another server's, is left to end by its time. */
export function endLease(token: string | null): void {
  const end = leases.get(token ?? "");
  leases.delete(token ?? "");
  end?.();
}
