import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createAddressReader, networkOf } from "../client-address.ts";
import type { CounterOf } from "../rate-counter.ts";
import type { SharedClip } from "../clips/share-access.ts";
import { isPassword } from "../clips/share-password.ts";
import { checkShareFormat, limitsOf, type ShareFormat } from "../clips/share-rules.ts";
import { createTicket, isTicket, TICKET_SECONDS } from "../clips/share-ticket.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import type { Admits } from "./hot-responses.ts";
import type { ShareWay } from "./share-ways.ts";

const MINUTE_MS = 60_000;
/** So many wrong passwords of one address for one share, in so long a time. */
const WRONG_PASSWORDS = 10;
const WRONG_MS = 15 * MINUTE_MS;

/** A share whose rules have let a request in. */
export interface OpenShare extends SharedClip {
  /** Counts a run that the request is about to start: see openResult. */
  mayRun: (stale: boolean) => boolean;
  /** Counts the next request for the same response. */
  admits: Admits;
}

/** The one door to shares: every request for one, in whatever format, is let in here, or nowhere. */
export interface ShareDoor {
  way: ShareWay;
  /**
   * Lets a request in, by what the share's rules say of where it comes from, the password and the format. From here on
   * the response says which origins may read it.
   * @param address the share's, as its way reads it
   * @throws AppError not_found, too_many_requests, password_required, forbidden
   */
  open(c: Context<Env>, address: string | null, format: ShareFormat): Promise<OpenShare>;
  /**
   * Takes a share's password from a browser's form, and gives it a cookie for it.
   * @param read the password, once it is known that there is such a share
   * @throws AppError as open does
   */
  takePassword(c: Context<Env>, address: string | null, read: () => Promise<string>): Promise<void>;
}

/**
 * Its counts are in this process's memory: each server has its own.
 * @param way how addresses open shares; a share has one way only
 */
export function createShareDoor(deps: Deps, counters: CounterOf, way: ShareWay): ShareDoor {
  const readAddress = createAddressReader(deps.trustedProxies ?? []);
  const requests = counters(`requests ${way.pathOf("")}`, MINUTE_MS);
  const runs = counters(`runs ${way.pathOf("")}`, MINUTE_MS);
  const wrong = counters(`wrong passwords ${way.pathOf("")}`, WRONG_MS);

  /** The share, for one more request of an address. Which share it is comes first: nothing else may tell that there is one. */
  const enter = async (c: Context<Env>, address: string | null, format: ShareFormat) => {
    if (format !== "html") allowOrigin(c, null);
    const share = await way.find(deps, address);
    const { origins } = share.rules;
    if (format !== "html") allowOrigin(c, origins);
    if (origins !== null) c.set("framedBy", origins);
    const from = c.var.address;
    const key = `${share.id} ${networkOf(from)}`;
    const limits = limitsOf(share.rules);
    const retryAfterSeconds = requests.take(key, limits.requests);
    if (retryAfterSeconds > 0) {
      throw new AppError(
        "too_many_requests",
        `This link answers ${limits.requests} requests a minute of one address.`,
        {
          hint: "Wait, or ask less often: what it shows does not change that fast.",
          retryAfterSeconds,
        },
      );
    }
    return { share, from, key, limits };
  };

  /** Compares a password that somebody gave; only wrong ones count. Counted before, so that many at once are too. */
  const isRight = async (passwordHash: string, key: string, password: string): Promise<boolean> => {
    const retryAfterSeconds = wrong.take(key, WRONG_PASSWORDS);
    if (retryAfterSeconds > 0) {
      throw new AppError("too_many_requests", "Too many wrong passwords came from this address.", {
        retryAfterSeconds,
      });
    }
    const right = await isPassword(passwordHash, password);
    if (right) wrong.giveBack(key);
    return right;
  };

  const checkPassword = async (c: Context<Env>, share: SharedClip, key: string): Promise<void> => {
    const { passwordHash } = share;
    if (passwordHash === null) return;
    const ticket = getCookie(c, way.cookieOf(share));
    if (ticket !== undefined && isTicket({ ...share, passwordHash }, ticket)) return;
    const password = basicPassword(c.req.header("Authorization"));
    if (password !== undefined && (await isRight(passwordHash, key, password))) return;
    throw new AppError(
      "password_required",
      password === undefined ? "This link asks for a password." : "This is not the password of this link.",
      { hint: "Programs send it by HTTP Basic authentication, with any user name." },
    );
  };

  /** Made here, where it holds on to nothing of its first request: it is kept as long as the response is. */
  const admitAgain =
    (id: string, limit: number): Admits =>
    (remoteAddress, forwardedFor) => {
      const address = readAddress({ remoteAddress, forwardedFor });
      if (requests.take(`${id} ${networkOf(address)}`, limit) > 0) return false;
      deps.shareUses?.record(id, address);
      return true;
    };

  return {
    way,
    async open(c, address, format) {
      const { share, from, key, limits } = await enter(c, address, format);
      await checkPassword(c, share, key);
      checkShareFormat(share.rules, format);
      deps.shareUses?.record(share.id, from);
      return {
        ...share,
        mayRun(stale) {
          const retryAfterSeconds = runs.take(key, limits.runs);
          if (retryAfterSeconds === 0) return true;
          if (stale) return false;
          throw new AppError(
            "too_many_requests",
            `This link runs its query ${limits.runs} times a minute for one address.`,
            {
              hint: "Results that are there already can be read more often.",
              retryAfterSeconds,
            },
          );
        },
        admits: admitAgain(share.id, limits.requests),
      };
    },
    async takePassword(c, address, read) {
      const { share, key } = await enter(c, address, "html");
      const { passwordHash } = share;
      if (passwordHash === null) return;
      if (!(await isRight(passwordHash, key, await read()))) {
        throw new AppError("password_required", "This is not the password of this link.");
      }
      const secure = baseUrl(c, deps).startsWith("https:");
      const framed = share.rules.origins !== null && secure;
      // Who was let in has given one.
      for (const path of way.cookiePaths(address!)) {
        setCookie(c, way.cookieOf(share), createTicket({ ...share, passwordHash }), {
          path,
          httpOnly: true,
          secure,
          maxAge: TICKET_SECONDS,
          // In a frame of another site's page it is kept apart, for that site only.
          ...(framed ? { sameSite: "None", partitioned: true } : { sameSite: "Lax" }),
        });
      }
    },
  };
}

/** Says who may read the response besides pages of this server; no cookie goes with it. Null: anyone's program. */
function allowOrigin(c: Context<Env>, origins: readonly string[] | null): void {
  c.header("Access-Control-Expose-Headers", "*");
  if (origins === null) return c.header("Access-Control-Allow-Origin", "*");
  const asking = c.req.header("Origin");
  c.header("Vary", "Origin", { append: true });
  // Not what was sent, but what is listed: hono takes undefined for "leave it out".
  c.header(
    "Access-Control-Allow-Origin",
    origins.find((origin) => origin === asking),
  );
}

/** The password of a header Authorization: Basic (RFC 7617), whatever the user's name. */
function basicPassword(authorization: string | undefined): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+) *$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  return password;
}
