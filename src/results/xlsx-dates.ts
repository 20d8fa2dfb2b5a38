const ZERO = 0x30;
const MINUS = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const DOT = 0x2e;
const PLUS = 0x2b;

const DAY_MICROSECONDS = 86_400_000_000;
/** 1900-03-01: before it Excel counts a 29 February 1900 that never was, and LibreOffice does not. */
const FIRST_DAY = 61;
/** Days from 1899-12-30, Excel's day 0 from March 1900 on, to 1970-01-01. */
const EPOCH_DAY = 25_569;

/**
 * Excel's number of a date (`2026-01-31`, in PostgreSQL's ISO style); -1 for what Excel has no number for: infinity, years
 * BC or over 9999, days before 1900-03-01.
 */
export function dateNumber(from: Uint8Array, at: number, end: number): number {
  return end - at === 10 ? dayNumber(from, at) : -1;
}

/** Excel's number of a timestamp, or of a timestamptz in UTC (`2026-01-31 09:30:00.5+00`); -1 as for dates. */
export function timestampNumber(from: Uint8Array, at: number, end: number, zoned: boolean): number {
  const clockEnd = zoned ? end - 3 : end;
  if (clockEnd - at < 19 || from[at + 10] !== SPACE) return -1;
  if (zoned && !(from[clockEnd] === PLUS && from[clockEnd + 1] === ZERO && from[clockEnd + 2] === ZERO)) return -1;
  const day = dayNumber(from, at);
  const clock = clockMicroseconds(from, at + 11, clockEnd);
  return day < 0 || clock < 0 ? -1 : day + clock / DAY_MICROSECONDS;
}

/** Excel's number of a time of day; -1 for 24:00:00, which Excel would show as midnight. */
export function timeNumber(from: Uint8Array, at: number, end: number): number {
  const clock = clockMicroseconds(from, at, end);
  return clock < 0 || clock >= DAY_MICROSECONDS ? -1 : clock / DAY_MICROSECONDS;
}

/** Excel's number of the day at the beginning of a text, or -1. */
function dayNumber(from: Uint8Array, at: number): number {
  const year = twoDigits(from, at) * 100 + twoDigits(from, at + 2);
  if (!(year >= 0) || from[at + 4] !== MINUS || from[at + 7] !== MINUS) return -1;
  const day = Date.UTC(year, twoDigits(from, at + 5) - 1, twoDigits(from, at + 8)) / 86_400_000 + EPOCH_DAY;
  return day >= FIRST_DAY && year >= 1900 ? day : -1;
}

/** `09:30:00.123456` in microseconds, or -1. */
function clockMicroseconds(from: Uint8Array, at: number, end: number): number {
  if (end - at < 8 || from[at + 2] !== COLON || from[at + 5] !== COLON) return -1;
  let value = (twoDigits(from, at) * 60 + twoDigits(from, at + 3)) * 60 + twoDigits(from, at + 6);
  value *= 1_000_000;
  if (end === at + 8) return value;
  if (from[at + 8] !== DOT) return -1;
  for (let i = at + 9, unit = 100_000; i < end; i++, unit /= 10) {
    const digit = from[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value += digit * unit;
  }
  return value;
}

/** NaN for what is not two digits, so that what is made of it is no number either. */
function twoDigits(from: Uint8Array, at: number): number {
  const tens = from[at]! - ZERO;
  const ones = from[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
