import type { Program } from '../programs/index.js';
import type { Drawing } from './drawn-programs.js';

/** What a program costs beyond its operations, in operations: a heap has to be made for it. */
const COST_OF_PROGRAM = 100;

/** The same for a program with spans so long that heaps keep many megabytes for them. */
const COST_OF_GIANTS = 4_000;

/** Pages from which on a span is so long: 4 GiB. */
const GIANT = 2 ** 19;

/** What it costs to run a program, in operations, beyond those that it performs. */
export function fixedCost(giants: boolean): number {
  return giants ? COST_OF_GIANTS : COST_OF_PROGRAM;
}

/** Whether a program asks for spans so long that heaps keep many megabytes for them. */
export function hasGiants({ config, commands }: Program): boolean {
  if (config.arenaPages < GIANT) return false;
  return commands.some((command) => 'npages' in command && Number(command.npages) >= GIANT);
}

/** About what it costs to run a program, in operations. */
export function costOf(program: Program): number {
  return program.commands.length + fixedCost(hasGiants(program));
}

/** What drawn programs of each kind cost on average, in operations: what they perform, and what they cost beyond. */
export const COSTS_OF_DRAWINGS: Readonly<Record<Drawing, number>> = {
  usual: 280,
  pages: 160,
  objects: 170,
  misuse: 120,
  giants: 250 + COST_OF_GIANTS,
  short: 120,
  long: 1300,
};

/** The same for a program that is made of others. */
export const COST_OF_MUTATED = 220;
