import fc from 'fast-check';
import { heapPrograms, type HeapProgramsOptions, type Program } from '../programs/index.js';

/** One program in so many has its memory checked, which takes longer. */
const MEMORY_CHECK_EVERY = 4;

/** One program in so many may be ten times as long; no multiple of the other, so that some are checked so too. */
const LONG_EVERY = 33;

/** Share of programs with spans of 2^20 pages and more: each may cost a heap many megabytes. */
const GIANTS = 1 / 96;

/** Each is the first of a run of its own, and fast-check prefers the first ones to be small: not here. */
const arbitrary = (options: HeapProgramsOptions): fc.Arbitrary<Program> => fc.noBias(heapPrograms(options));

const PROGRAMS = arbitrary({ giants: GIANTS });
const LONG_PROGRAMS = arbitrary({ maxCommands: 10_000 });

/** The `index`-th program, from 0, of the run with that seed: it depends on these two alone. */
export function programOfRun(seed: number, index: number): Program {
  const programs = index % LONG_EVERY === LONG_EVERY - 1 ? LONG_PROGRAMS : PROGRAMS;
  return sample(programs, seed, index);
}

/** Whether that program of a run has its memory checked. */
export function checksMemory(index: number): boolean {
  return index % MEMORY_CHECK_EVERY === MEMORY_CHECK_EVERY - 1;
}

/**
 * Kinds of drawn programs: `usual` is what {@link programOfRun} makes, a mixture of all; each of the others has more of
 * one thing.
 */
export const DRAWINGS = ['usual', 'pages', 'objects', 'misuse', 'giants', 'short', 'long'] as const;

/** The name of a kind of drawn programs. */
export type Drawing = (typeof DRAWINGS)[number];

const OF_DRAWING: Readonly<Record<Exclude<Drawing, 'usual'>, fc.Arbitrary<Program>>> = {
  pages: arbitrary({ level: 'pages', misuse: 0, maxCommands: 400 }),
  objects: arbitrary({ level: 'objects', misuse: 0, maxCommands: 400 }),
  misuse: arbitrary({ misuse: 1, maxCommands: 100 }),
  giants: arbitrary({ level: 'pages', misuse: 0, giants: 1, maxCommands: 400 }),
  short: arbitrary({ maxCommands: 64 }),
  long: arbitrary({ minCommands: 500, maxCommands: 4000 }),
};

/** The program of that kind that the run number `index`, from 0, of the campaign with that seed draws. */
export function drawnProgram(drawing: Drawing, seed: number, index: number): Program {
  return drawing === 'usual' ? programOfRun(seed, index) : sample(OF_DRAWING[drawing], seed, index);
}

function sample(programs: fc.Arbitrary<Program>, seed: number, index: number): Program {
  return fc.sample(programs, { seed: mix(seed, index), numRuns: 1 })[0];
}

/** 32 bits of which each depends on all bits of both numbers (the finisher of MurmurHash3, twice). */
export function mix(seed: number, index: number): number {
  return scramble(scramble(seed) + index);
}

function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
