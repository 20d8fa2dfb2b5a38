import { expect, test } from "vitest";
import { createAddressReader, isAddressRange, networkOf } from "../src/client-address.ts";

test.each([
  ["1.2.3.4", true],
  ["10.0.0.0/8", true],
  ["10.0.0.0/32", true],
  ["::1", true],
  ["fd00::/8", true],
  ["2001:db8::/128", true],
  ["10.0.0.0/33", false],
  ["::/129", false],
  ["10.0.0.0/", false],
  ["10.0.0.0/8/8", false],
  ["10.0.0.0/-1", false],
  ["10.0.0.0/8.5", false],
  ["fe80::1%eth0", false],
  ["10.0.0", false],
  ["example.com", false],
  ["*", false],
  ["", false],
])("%s is an address or a range of them: %s", (text, is) => {
  expect(isAddressRange(text)).toBe(is);
});

test.each([
  // [trusted, socket, X-Forwarded-For, whom it comes from]
  [[], "9.9.9.9", "1.2.3.4", "9.9.9.9"],
  [[], "::ffff:9.9.9.9", undefined, "9.9.9.9"],
  [[], undefined, "1.2.3.4", ""],
  [["10.0.0.1"], "9.9.9.9", "1.2.3.4", "9.9.9.9"],
  [["10.0.0.1"], "10.0.0.1", undefined, "10.0.0.1"],
  [["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"],
  [["10.0.0.1"], "10.0.0.1", "1.2.3.4", "1.2.3.4"],
  [["10.0.0.1"], "::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"],
  [["10.0.0.1"], "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"],
  [["10.0.0.0/8"], "10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"],
  [["10.0.0.0/8"], "10.0.0.1", "10.5.5.5, 10.9.9.9", "10.5.5.5"],
  [["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, unknown, 10.9.9.9", "10.9.9.9"],
  [["10.0.0.0/8"], "10.0.0.1", "1.2.3.4:5678", "1.2.3.4"],
  [["fd00::/8"], "fd00::1", "[2001:DB8::7]:443", "2001:db8::7"],
  [["fd00::/8"], "fd00::1%eth0", "::ffff:1.2.3.4", "1.2.3.4"],
  [["::1"], "::1", "<script>", "::1"],
] as [string[], string | undefined, string | undefined, string][])(
  "trusting %j, a socket of %s that says %s is %s",
  (trusted, remoteAddress, forwardedFor, expected) => {
    expect(createAddressReader(trusted)({ remoteAddress, forwardedFor })).toBe(expected);
  },
);

test.each([
  ["1.2.3.4", "1.2.3.4"],
  ["", ""],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::6", "2001:db8:1:2::/64"],
  ["2001:db8::6", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["fd00::", "fd00:0:0:0::/64"],
])("%s is counted as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
