import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "hono";
import type { Env } from "./env.ts";

/** A last line about the failure has to reach the client before the connection is cut. */
const PATIENCE_MS = 5_000;

/**
 * Waits until what was written has gone out, then cuts the connection: an error of the stream would be printed by
 * node-server. An HTTP/1.0 client takes a mere close for the end, and is sent a reset.
 */
export async function breakOff({ env }: Context<Env>): Promise<void> {
  const { incoming, outgoing } = env ?? {};
  if (incoming === undefined || outgoing === undefined || outgoing.destroyed) return;
  const patience = performance.now() + PATIENCE_MS;
  while (outgoing.writableLength > 0 && !outgoing.destroyed && performance.now() < patience) await delay(5);
  const closed = once(outgoing, "close");
  if (incoming.httpVersion === "1.0") (incoming.socket as Socket).resetAndDestroy();
  else outgoing.destroy();
  await closed;
}
