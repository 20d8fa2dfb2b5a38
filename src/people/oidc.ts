import type { Log } from "../log.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import { isAPIError } from "better-auth/api";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { AppError } from "../errors.ts";
import { type Admitted, admitByProvider } from "./admit-by-provider.ts";
import { type AuthOptions, createAuth } from "./auth.ts";
import type { OidcConfig } from "./oidc-config.ts";

/** Where the provider sends people back to. */
export const OIDC_CALLBACK = "/sign-in/oidc/callback";
/** Where better-auth would send those for whom it did not work: never sent to a browser. */
const FAILED = "/sign-in/oidc/failed";

/** Sign-in with a provider. */
export interface Oidc {
  /** What people call it. */
  name: string;
  /**
   * Begins a sign-in.
   * @param next the path that it leads to
   * @returns the provider's address to go to, and the cookie that ties the answer to this browser
   * @throws AppError provider_failed, where it does not answer
   */
  begin(next: string): Promise<{ url: string; headers: Headers }>;
  /**
   * Ends a sign-in, with what the provider sent the browser back with.
   * @param signedInAs the person that the browser is signed in as already
   * @returns who it is, the session's cookies, and where to go
   * @throws AppError forbidden, provider_failed
   */
  complete(request: Request, signedInAs: string | null): Promise<Admitted & { headers: Headers; next: string }>;
}

/** What is known of an answer while better-auth looks at it. */
interface Answer {
  signedInAs: string | null;
  admitted: Admitted | null;
}

/**
 * Sets sign-in with a provider up, by better-auth: with PKCE, state and nonce, and tokens that are verified. Its own
 * better-auth, on the same tables: that of the server waits for nobody's provider to answer.
 * @param options with the address under which people reach the server
 */
export function createOidc(
  options: Omit<AuthOptions, "log"> & { log: Log; publicUrl: string },
  config: OidcConfig,
): Oidc {
  const { db, publicUrl } = options;
  const { issuer, clientId, clientSecret, name } = config;
  const answers = new AsyncLocalStorage<Answer>();
  const auth = createAuth({
    ...options,
    log: (message, cause) => options.log.error("oidc_failed", readCause(cause), { provider: name, message }),
    providers: genericOAuth({
      config: [
        {
          // An account of one issuer is not one of another that comes after it.
          providerId: issuer,
          discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
          requireIdTokenVerification: true,
          clientId,
          clientSecret,
          // What every provider takes (RFC 6749, section 2.3.1).
          authentication: "basic",
          scopes: ["openid", "email", "profile"],
          redirectURI: publicUrl + OIDC_CALLBACK,
          pkce: true,
          disableSignUp: true,
          // Called with what has been verified, before anybody is looked for: it decides.
          mapProfileToUser: async (claims) => {
            const answer = answers.getStore()!;
            answer.admitted = await admitByProvider(db, config, claims, answer.signedInAs);
            return { emailVerified: true };
          },
        },
      ],
    }),
  });

  return {
    name,
    async begin(next) {
      try {
        const { headers, response } = await auth.api.signInSocial({
          body: { provider: issuer, callbackURL: next, errorCallbackURL: publicUrl + FAILED, disableRedirect: true },
          returnHeaders: true,
        });
        return { url: response.url!, headers };
      } catch (error) {
        if (!isAPIError(error)) throw error;
        throw noAnswer(name, error);
      }
    },
    async complete(request, signedInAs) {
      const answer: Answer = { signedInAs, admitted: null };
      const response = await answers.run(answer, () =>
        auth.api.callbackOAuth({
          method: "GET",
          params: { id: issuer },
          query: Object.fromEntries(new URL(request.url).searchParams),
          headers: request.headers,
          asResponse: true,
        }),
      );
      const { headers } = response;
      const location = new URL(headers.get("Location") ?? FAILED, publicUrl);
      if (location.pathname.startsWith(FAILED) || answer.admitted === null) {
        throw refusal(name, location.searchParams.get("error") ?? "");
      }
      return { ...answer.admitted, headers, next: location.pathname + location.search };
    },
  };
}

/** What the provider's answer to a request of better-auth's says (RFC 6749, section 5.2), which is no Error. */
function readCause(cause: unknown): unknown {
  if (cause instanceof Error || typeof cause !== "object" || cause === null) return cause;
  const { status, error, error_description: description } = cause as Record<string, unknown>;
  return new Error([status, error, description].filter((part) => part !== undefined).join(" "));
}

/** What better-auth's codes mean to people. */
function refusal(provider: string, code: string): AppError {
  if (/state|restart/.test(code)) {
    return new AppError("forbidden", "This sign-in was not begun in this browser, or is over.", {
      hint: `It has to be done within five minutes. Begin again, with the button "${provider}".`,
    });
  }
  if (code === "access_denied") {
    return new AppError("forbidden", `You were not signed in by ${provider}.`, {
      hint: "Try again, or ask who runs it.",
    });
  }
  return new AppError("provider_failed", `The answer of ${provider} cannot be used.`, {
    hint: "Try again. If it happens again, the administrator should look at the settings DATACLIPS_OIDC_… and at the provider's log.",
    cause: new Error(`better-auth: ${code}`),
  });
}

function noAnswer(provider: string, cause: unknown): AppError {
  return new AppError("provider_failed", `The provider of ${provider} does not answer.`, {
    hint: "Try again later, or sign in another way.",
    cause,
  });
}
