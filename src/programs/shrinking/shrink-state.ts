import { isHeapConfig } from '../is-program.js';
import type { Program } from '../program.js';
import { fingerprint, Memory } from './memory.js';
import type { Position } from './stage.js';
import { STAGES } from './stages.js';

/**
 * How far the shrinking of a program has come. States never change: each candidate brings the state to go on from
 * if it fails, so that a search continues after a success instead of starting again.
 */
export interface ShrinkState {
  /** The simplest program that is known to fail. */
  readonly program: Program;
  /** Whether this is the first round through all stages. */
  readonly first: boolean;
  /** Index of the stage, and where it stands. */
  readonly stage: number;
  readonly position: Position;
  /** Whether a step of this round succeeded, so that another round must follow. */
  readonly changed: boolean;
  /** What was tried before, and did not fail. */
  readonly memory: Memory;
}

/** A simpler program to try. */
export interface Candidate {
  /** The state that follows if it fails; its `program` is what to try. */
  readonly state: ShrinkState;
  /** Name of the stage that proposes it. */
  readonly stage: string;
}

/** The state of a program that is known to fail and of which nothing else is known. */
export function firstState(program: Program): ShrinkState {
  return { program, first: true, stage: 0, position: [], changed: false, memory: new Memory() };
}

/**
 * The simpler programs to try from a state on, lazily. To ask for the next one says that the last did not fail;
 * where it did, go on with the candidates of its state. Where there are no more, the program is minimal: a whole
 * round has just tried to drop every lifetime, also in favour of a neighbour, and every single command, and to simplify
 * every argument and setting, each by itself, and nothing failed.
 */
export function* candidates(state: ShrinkState): Generator<Candidate, void, undefined> {
  const { program } = state;
  const memory = state.memory.fork();
  let { first, stage, position, changed } = state;
  for (;;) {
    for (; stage < STAGES.length; stage++) {
      const [name, steps] = STAGES[stage];
      for (const step of steps(program, position, first)) {
        // One setting may need another that is not the default.
        if (!isHeapConfig(step.program.config)) continue;
        const tried = fingerprint(step.program);
        if (memory.has(tried)) continue;
        yield {
          stage: name,
          state: { ...step, first, stage, changed: true, memory: memory.fork() },
        };
        memory.add(tried);
      }
      position = [];
    }
    if (!first && !changed) return;
    [first, stage, changed] = [false, 0, false];
  }
}
