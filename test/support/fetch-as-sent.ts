import { createHash } from "node:crypto";
import { request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";

/** A response as it came: fetch() would take its compression off. */
export interface AsSent {
  status: number;
  headers: IncomingHttpHeaders;
  trailers: NodeJS.Dict<string>;
  body: Buffer;
  /** True when the connection was cut in mid-body. */
  broken: boolean;
}

export async function fetchAsSent(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<AsSent> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(url, { headers, method, agent: false }, resolve).on("error", reject).end();
  const response = await promise;
  const pieces: Buffer[] = [];
  response.on("data", (piece: Buffer) => pieces.push(piece));
  const broken = await new Promise<boolean>((done) => {
    response.on("end", () => done(false));
    response.on("error", () => done(true));
  });
  const { trailers } = response;
  return { status: response.statusCode!, headers: response.headers, trailers, body: Buffer.concat(pieces), broken };
}

/** The field Content-Digest of these bytes. */
export function digestOf(body: Buffer): string {
  return `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
}
