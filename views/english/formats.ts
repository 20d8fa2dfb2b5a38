/** A time as people read it: UTC, to the second. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A number with a comma at each thousand. */
function formatNumber(number: number): string {
  return number.toLocaleString("en");
}

/** How many there are of something, such as "1 row" and "1,200 rows". */
export function countOf(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Such as "0.02 s", "75 s", "12 min", "3.5 h". */
export function readableSeconds(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(2))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

/** Such as "0 bytes", "12 kB", "3.4 MB". */
export function readableBytes(bytes: number): string {
  const [unit, size] = UNITS.find(([, least]) => bytes >= least) ?? ["bytes", 1];
  return `${Number((bytes / size).toFixed(size > 1 ? 1 : 0))} ${unit}`;
}

const UNITS: readonly (readonly [unit: string, size: number])[] = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
];
