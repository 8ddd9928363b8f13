/** Nanoseconds of each unit of time, the largest unit first. */
export const TIME_UNITS: readonly (readonly [unit: string, ns: number])[] = [
  ['h', 3600e9],
  ['m', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];

/** No number that is printed here is longer; it also bounds the work for a text that is no program. */
const LONGEST = 400;

const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity|NaN)$/;
const NUMBER_WITH_UNIT = /^([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(h|m|s|ms|us|ns)$/;

/** The largest unit that divides a time, in ns, exactly, with its size in ns; of 0, seconds. */
export function wholeUnit(ns: number): readonly [unit: string, ns: number] {
  if (ns === 0) return ['s', 1e9];
  const unit = Number.isSafeInteger(ns) ? TIME_UNITS.find(([, size]) => ns % size === 0) : undefined;
  return unit ?? ['ns', 1];
}

/** A number of nanoseconds as text: `5m`, `300s`, `2500us`. */
export function printTime(ns: number): string {
  if (!Number.isFinite(ns)) return printNumber(ns);
  const [unit, size] = wholeUnit(ns);
  return `${printNumber(ns / size)}${unit}`;
}

/** A number as text that gives the same number back, -0 too. */
export function printNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The number that a word writes; undefined where it writes none. */
export function parseNumber(word: string): number | undefined {
  return word.length <= LONGEST && NUMBER.test(word) ? Number(word) : undefined;
}

/**
 * The number of nanoseconds that a word writes; undefined where it writes none. A number needs a unit, and only ns
 * may have a fraction: 1.1s would not be a whole number of nanoseconds in binary arithmetic.
 */
export function parseTime(word: string): number | undefined {
  if (word.length > LONGEST) return undefined;
  const [, digits, unit] = NUMBER_WITH_UNIT.exec(word) ?? [];
  if (digits === undefined) {
    const value = parseNumber(word);
    return value !== undefined && !Number.isFinite(value) ? value : undefined;
  }
  const value = Number(digits);
  const size = TIME_UNITS.find(([name]) => name === unit)?.[1] ?? 1;
  return size === 1 || Number.isInteger(value) ? value * size : undefined;
}
