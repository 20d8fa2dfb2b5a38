import { getSharedClip, noSuchLink, type SharedClip } from "../clips/share-access.ts";
import { isEmbedToken, openSigned } from "../clips/signed-embeds.ts";
import { readPageSlug, readSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { FORMAT_NAMES } from "../results/formats.ts";
import { IMAGE_ENDINGS } from "./chart-paths.ts";

/** How an address opens a share. What an address is called here is the part of it that does. */
export interface ShareWay {
  /** The path of an address's page; before a dot and an ending, of its data. */
  pathOf(address: string): string;
  /** The address in a page's path, or in one of data before its ending; null: there cannot be such a share. */
  readPage(text: string): string | null;
  readData(text: string): string | null;
  /** @throws AppError not_found */
  find(deps: Pick<Deps, "db" | "secret">, address: string | null): Promise<SharedClip>;
  /** Where a browser keeps that it has given the share's password. */
  cookieOf(share: Pick<SharedClip, "id">): string;
  cookiePaths(address: string): string[];
}

/** /shares/<secret>: a share's own address. */
export const BY_SECRET: ShareWay = {
  pathOf: (secret) => `/shares/${secret}`,
  readPage: readPageSlug,
  readData: readSlug,
  find: ({ db }, secret) => getSharedClip(db, secret),
  cookieOf: () => "dataclips_share",
  // A path of a cookie's does not cover what goes on behind a dot.
  cookiePaths: (secret) =>
    ["", ...[...FORMAT_NAMES, ...IMAGE_ENDINGS].map((ending) => `.${ending}`)].map((end) => `/shares/${secret}${end}`),
};

/** /embeds/<token>: what an application has signed. */
export const BY_SIGNATURE: ShareWay = {
  pathOf: (token) => `/embeds/${token}`,
  readPage: readToken,
  readData: readToken,
  find({ db, secret }, token) {
    if (token === null) throw noSuchLink();
    return openSigned(db, secret, token);
  },
  // For the next token too; and browsers leave out a path of more than 1024 bytes (RFC 6265bis, section 5.6).
  cookieOf: ({ id }) => `dataclips_embed_${id}`,
  cookiePaths: () => ["/embeds"],
};

function readToken(text: string): string | null {
  return isEmbedToken(text) ? text : null;
}
