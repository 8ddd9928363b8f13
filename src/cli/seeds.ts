import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { heapPrograms, type Program } from '../programs/index.js';

/** Largest seed of a run. */
export const MOST_SEED = 2 ** 32 - 1;

/** The seed of runs under CI that name none: nothing there should fail by chance. */
export const CI_SEED = 1;

/** One program in so many has its memory checked, which takes longer. */
const MEMORY_CHECK_EVERY = 4;

/** A seed for a run that names none. */
export function someSeed(ci: boolean): number {
  return ci ? CI_SEED : randomInt(MOST_SEED);
}

/** One program in so many may be ten times as long; no multiple of the other, so that some are checked so too. */
const LONG_EVERY = 33;

/** Share of programs with spans of 2^20 pages and more: each may cost a heap many megabytes. */
const GIANTS = 1 / 96;

/** Each is the first of a run of its own, and fast-check prefers the first ones to be small: not here. */
const PROGRAMS = fc.noBias(heapPrograms({ giants: GIANTS }));
const LONG_PROGRAMS = fc.noBias(heapPrograms({ maxCommands: 10_000 }));

/** The `index`-th program, from 0, of the run with that seed: it depends on these two alone. */
export function programOfRun(seed: number, index: number): Program {
  const programs = index % LONG_EVERY === LONG_EVERY - 1 ? LONG_PROGRAMS : PROGRAMS;
  return fc.sample(programs, { seed: mix(seed, index), numRuns: 1 })[0];
}

/** Whether that program of a run has its memory checked. */
export function checksMemory(index: number): boolean {
  return index % MEMORY_CHECK_EVERY === MEMORY_CHECK_EVERY - 1;
}

/** 32 bits of which each depends on all bits of both numbers (the finisher of MurmurHash3, twice). */
function mix(seed: number, index: number): number {
  return scramble(scramble(seed) + index);
}

function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
