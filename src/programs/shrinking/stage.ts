import type { Program } from '../program.js';

/** Where a stage stands, in numbers of its own; empty at its start. */
export type Position = readonly number[];

/** A simpler program to try, and where the stage goes on from that program if it still fails. */
export interface Step {
  readonly program: Program;
  readonly position: Position;
}

/**
 * A way to make programs simpler: steps to try one after another, from a position on. To ask for the next step says
 * that the last one did not fail; where it did, the stage is entered anew with that step's program and position.
 * `first`: whether this is the first round, in which there is much to gain by bold steps; in later rounds a stage
 * tries every small step again, since another one may have made it possible.
 */
export type Stage = (program: Program, position: Position, first: boolean) => Iterable<Step>;
