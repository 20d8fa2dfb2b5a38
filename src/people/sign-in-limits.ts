import { networkOf } from "../client-address.ts";
import { AppError } from "../errors.ts";
import type { CounterOf } from "../rate-counter.ts";

const WINDOW_MS = 15 * 60_000;
/** So many wrong tries for one account, and from one address, in the window. */
const WRONG_TRIES = { account: 10, address: 30 };

/** Who tries to show who they are. */
interface Try {
  /** The email address as it was given, whether there is such a person or not; null: it is not for an account. */
  account: string | null;
  address: string;
}

/** Bounds how often passwords are guessed. */
export interface SignInLimits {
  /**
   * Compares what somebody gave. Only what is wrong (null) counts: counted before, so that many at once are too, and
   * given back afterwards.
   * @throws AppError too_many_requests, without comparing; whether there is such an account makes no difference
   */
  compare<Value>(by: Try, compare: () => Promise<Value | null>): Promise<Value | null>;
}

/** Its counts are in this process's memory: each server has its own. */
export function createSignInLimits(counters: CounterOf): SignInLimits {
  const accounts = counters("sign-ins of an account", WINDOW_MS);
  const addresses = counters("sign-ins from an address", WINDOW_MS);
  return {
    async compare({ account, address }, compare) {
      const network = networkOf(address);
      const name = account?.trim().toLowerCase().slice(0, 320);
      const giveBack = (): void => {
        addresses.giveBack(network);
        if (name !== undefined) accounts.giveBack(name);
      };
      refuse(addresses.take(network, WRONG_TRIES.address));
      const retryAfterSeconds = name === undefined ? 0 : accounts.take(name, WRONG_TRIES.account);
      if (retryAfterSeconds > 0) addresses.giveBack(network);
      refuse(retryAfterSeconds);
      try {
        const right = await compare();
        if (right !== null) giveBack();
        return right;
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  };
}

function refuse(retryAfterSeconds: number): void {
  if (retryAfterSeconds === 0) return;
  const minutes = Math.ceil(retryAfterSeconds / 60);
  throw new AppError("too_many_requests", "Signing in failed too often.", {
    hint: `Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`}. An administrator can make you a link that signs you in.`,
    retryAfterSeconds,
  });
}
