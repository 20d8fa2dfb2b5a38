import { expect, test } from "vitest";
import { acceptedCodings, CONTENT_CODINGS } from "../../src/results/content-codings.ts";

test.each([
  [undefined, ["identity"]],
  ["", ["identity"]],
  ["gzip", ["gzip", "identity"]],
  ["gzip, deflate, br, zstd", ["zstd", "br", "gzip", "identity"]],
  ["GZIP;Q=0.5, br;q=0.8", ["br", "gzip", "identity"]],
  ["zstd;q=0.1, gzip;q=1.0", ["gzip", "zstd", "identity"]],
  ["*", ["zstd", "br", "gzip", "identity"]],
  ["*;q=0.5, zstd;q=0", ["br", "gzip", "identity"]],
  ["identity;q=1, gzip;q=0.5", ["identity", "gzip"]],
  ["gzip, identity;q=0", ["gzip"]],
  ["br, *;q=0", ["br"]],
  ["x-gzip", ["gzip", "identity"]],
  ["zstd;q=2, br;q=x, gzip;q=0.1234", ["identity"]],
  ["deflate, compress", ["identity"]],
  ["identity;q=0", ["identity"]],
  ["*;q=0", ["identity"]],
])("Accept-Encoding: %s", (header, codings) => {
  expect(acceptedCodings(header, CONTENT_CODINGS)).toStrictEqual(codings);
});

test("a coding that the runtime has not is not used", () => {
  expect(acceptedCodings("zstd, gzip", ["br", "gzip"])).toStrictEqual(["gzip", "identity"]);
});
