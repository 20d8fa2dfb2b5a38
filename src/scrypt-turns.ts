import { AppError } from "./errors.ts";

/** Each takes 32 MiB and some 0.1 s of a core, of the four threads that also compress and look up names. */
const AT_ONCE = 2;
const MOST_WAITING = 50;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Hashes or compares a password when it is its turn: of all passwords of this process, two are at a time.
 * @throws AppError too_many_requests while too many wait
 */
export async function inTurn<Value>(scrypt: () => Promise<Value>): Promise<Value> {
  await takeTurn();
  try {
    return await scrypt();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** A turn that ends is handed to whoever waits longest. */
async function takeTurn(): Promise<void> {
  if (running < AT_ONCE) {
    running++;
    return;
  }
  if (waiting.length >= MOST_WAITING) {
    throw new AppError("too_many_requests", "Too many passwords are being checked.", { retryAfterSeconds: 2 });
  }
  await new Promise<void>((resolve) => void waiting.push(resolve));
}
