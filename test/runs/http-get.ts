import { get, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { type TestServer, TOKEN } from "../support/test-server.ts";

/** A response as it came over the wire. */
export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  trailers: Record<string, string | undefined>;
  body: string;
  /** Whether the transfer broke before its end. */
  broken: boolean;
}

/** A GET of the administrator's that can be left at any moment, and is read only when it is asked to be. */
export interface OpenGet {
  /** Resolves with the headers; nothing of the body is read yet. Rejects if the connection broke before. */
  response: Promise<IncomingMessage>;
  /** Closes the connection. */
  leave(): void;
}

/** By node:http, which unlike fetch shows trailers, and tells a broken transfer from one that ended. */
export function openGet({ url }: Pick<TestServer, "url">, path: string): OpenGet {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = get(url + path, { headers: { Authorization: `Bearer ${TOKEN}` }, agent: false }, (response) => {
    response.on("error", () => {});
    resolve(response);
  });
  request.on("error", reject);
  promise.catch(() => {});
  return { response: promise, leave: () => void request.destroy() };
}

/** Reads the rest of a response. */
export async function readRest(response: IncomingMessage): Promise<RawResponse> {
  const pieces: Buffer[] = [];
  response.on("data", (piece: Buffer) => pieces.push(piece));
  await new Promise<void>((resolve) => void response.once("close", resolve));
  return {
    status: response.statusCode!,
    headers: response.headers,
    trailers: response.trailers,
    body: Buffer.concat(pieces).toString(),
    broken: !response.complete,
  };
}

/** GETs a path as the administrator. */
export async function httpGet(server: Pick<TestServer, "url">, path: string): Promise<RawResponse> {
  return readRest(await openGet(server, path).response);
}
