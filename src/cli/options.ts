import { InvalidArgumentError, Option } from 'commander';

const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Longest duration that can be asked for, in ms: a week. */
const LONGEST = 7 * 24 * DURATION_UNITS.h;

/** Time, in ms, after which a heap that does not come back from a call counts as one that never will. */
export const DEFAULT_PATIENCE = 30_000;

/** The option `--timeout` of commands that watch for heaps that hang. */
export function timeoutOption(): Option {
  return new Option('--timeout <duration>', 'a heap that does not come back from one call within it hangs')
    .argParser(durationOption)
    .default(DEFAULT_PATIENCE, '30s');
}

/** What makes a command wait so many ms: an option with a space before it, or nothing where it does so by itself. */
export function timeoutArgument(patience: number): string {
  if (patience === DEFAULT_PATIENCE) return '';
  return ` --timeout ${patience % 1000 === 0 ? `${patience / 1000}s` : `${patience}ms`}`;
}

/** A reader of integers from `least` to `most`, written in digits. */
export function integerOption(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Reads a duration such as `500ms`, `30s`, `2m` or `1h`; the result is in ms. */
export function durationOption(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const value = Number(digits) * (DURATION_UNITS[unit ?? ''] ?? NaN);
  if (value > 0 && value <= LONGEST) return value;
  throw new InvalidArgumentError('Give a number and a unit, up to a week: 500ms, 30s, 2m or 1h.');
}
