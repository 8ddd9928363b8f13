import type { HostScript } from '../programs/program.js';

/**
 * A number from 0 to 2^32 - 1 that follows from three others and looks like chance: the same on every machine, so
 * that all hosts of one script decide alike.
 */
export function scatter(seed: number, first: number, second = 0): number {
  let bits = stir(seed ^ 0x5bf03635);
  bits = stir(bits ^ first);
  bits = stir(bits ^ Math.floor(first / 2 ** 32));
  return stir(bits ^ second) >>> 0;
}

/** Whether the operating system refuses the `ordinal`-th request for fresh memory, counted from 1. */
export function refuses(script: HostScript, ordinal: number): boolean {
  return script.refusals > 0 && scatter(script.seed, ordinal, 1) < script.refusals * 2 ** 32;
}

/** Whether a host of this script has the scavenger print its trace lines: those with an even seed do. */
export function showsScavenging(script: HostScript): boolean {
  return script.seed % 2 === 0;
}

function stir(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return bits ^ (bits >>> 15);
}
