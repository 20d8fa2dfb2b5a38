import { describeHelper } from "./engines.ts";

/** What a number of bytes is, by 1024 and by 1000. */
const TEXTS: [number | string, string, string][] = [
  [0, "0 B", "0 B"],
  ["-0", "0 B", "0 B"],
  [1, "1 B", "1 B"],
  [999, "999 B", "999 B"],
  [1000, "1000 B", "1 kB"],
  [1023, "1023 B", "1 kB"],
  [1024, "1 KiB", "1 kB"],
  [1536, "1.5 KiB", "1.5 kB"],
  [-1536, "-1.5 KiB", "-1.5 kB"],
  // The tie 1.25; the tie 1.15, which toFixed makes 1.1.
  [1280, "1.3 KiB", "1.3 kB"],
  [1150, "1.1 KiB", "1.2 kB"],
  [1048575, "1 MiB", "1 MB"],
  [1048576, "1 MiB", "1 MB"],
  [999950, "976.5 KiB", "1 MB"],
  [5e9, "4.7 GiB", "5 GB"],
  [2 ** 40, "1 TiB", "1.1 TB"],
  [2 ** 50, "1 PiB", "1.1 PB"],
  ["9223372036854775807", "8 EiB", "9.2 EB"],
  [2 ** 70, "1 ZiB", "1.2 ZB"],
  [2 ** 80, "1 YiB", "1.2 YB"],
  [1e30, "827180.6 YiB", "1000000 YB"],
  [1e300, "8.3e275 YiB", "1e276 YB"],
  [0.5, "0.5 B", "0.5 B"],
  [-0.01, "0 B", "0 B"],
  ["NaN", "NaN", "NaN"],
  ["-Infinity", "-Infinity", "-Infinity"],
];

describeHelper("humanize_bytes", [
  ...TEXTS.flatMap(([bytes, iec, si]) => [
    { name: `${bytes} is ${iec}`, args: [bytes], gives: iec },
    { name: `${bytes} is ${si} by 1000`, args: [bytes, true], gives: si },
  ]),
  { name: "no decimals", args: [1536, false, 0], gives: "2 KiB" },
  { name: "three decimals", args: [1_234_567, true, 3], gives: "1.235 MB" },
  { name: "NULL", args: [null], gives: null },
  { name: "NULL si", args: [1, null], gives: null },
  { name: "NULL digits", args: [1, true, null], gives: null },
  { name: "seven decimals", args: [1, false, 7], error: /humanize_bytes: digits must be 0 to 6, not 7/ },
  { name: "less than no decimals", args: [1, false, -1], error: /humanize_bytes: digits must be 0 to 6, not -1/ },
]);
