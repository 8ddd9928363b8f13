import type { Chance } from '../../programs/chance.js';
import type { Program } from '../../programs/index.js';

/** Most commands of a program that mutations make. */
export const MOST_COMMANDS = 10_000;

/** A way to make a program of others. */
export interface Mutation<Name extends string = string> {
  readonly name: Name;
  /** What it does, in the imperative. */
  readonly what: string;
  /**
   * Changes a program; `others` are there to take parts of. What it gives may name handles that nothing makes, make one
   * twice or be too long: `mend` comes behind it. Null where there is nothing to change.
   */
  readonly change: (chance: Chance, program: Program, others: readonly Program[]) => Program | null;
}

/** A part of a list: from the index `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A part of a list of `length` items, which must not be empty: short ones as likely as long ones. */
export function drawRange(chance: Chance, length: number, most = length): Range {
  const size = chance.magnitude(1, Math.min(length, most));
  const start = chance.between(0, length - size);
  return { start, end: start + size };
}
