import { requireProgram } from '../programs/index.js';
import type { Program } from '../programs/program.js';
import { checkLockstepOptions } from './options.js';
import { Pass, type Plan } from './pass.js';
import type { Divergence, LockstepOptions, LockstepReport } from './report.js';

/** Programs of up to so many commands have their states compared after every operation. */
const SHORT = 64;

/** The first operation of a long program after which states are compared; then at every power of two. */
const FIRST_SPACED = 16;

/**
 * Runs one program on several heaps at once and compares them after every operation: results, errors, effects on the
 * host and statistics always, whole states, invariants and audits at the rhythm that the options name. Stops at the
 * first thing that is wrong, or at a fatal error in which all heaps agree.
 *
 * @throws TypeError where `program` is no program, or an option is unknown or of the wrong kind.
 * @throws RangeError where there is no heap.
 */
export function runLockstep(program: Program, options: LockstepOptions): LockstepReport {
  requireProgram('runLockstep', program);
  checkLockstepOptions(options);
  const pass = new Pass(program, options, { looksAfter: rhythm(program, options.states), limit: Infinity });
  const found = pass.run();
  const divergence = found && options.locate !== false ? firstSign(program, options, pass, found) : found;
  return {
    operations: pass.operations,
    skipped: pass.skipped,
    states: pass.states,
    ...(pass.endedBy !== undefined && { endedBy: pass.endedBy }),
    ...(divergence && { divergence }),
  };
}

function rhythm({ commands }: Program, states: LockstepOptions['states']): Plan['looksAfter'] {
  switch (states ?? (commands.length <= SHORT ? 'every' : 'spaced')) {
    case 'every':
      return () => true;
    case 'spaced':
      return (operation) => operation === 0 || (operation >= FIRST_SPACED && isPowerOfTwo(operation));
    case 'end':
      return (operation) => operation === 0;
  }
}

function isPowerOfTwo(n: number): boolean {
  return (n & (n - 1)) === 0;
}

/** Finds the first operation after which what was found, or what led to it, can be seen. */
function firstSign(program: Program, options: LockstepOptions, pass: Pass, found: Divergence): Divergence {
  const again = withoutShapes(options);
  if (pass.foundByAsking) return firstAnswer(program, again, found);
  if (pass.lastGood + 1 >= pass.lastBegun) return found;
  const plan = { looksAfter: (operation: number) => operation > pass.lastGood, limit: found.operation };
  const first = new Pass(program, again, plan).run();
  if (first === undefined) {
    const why = 'not so when looked at more often: a heap is not deterministic, or looking at it changes it';
    return { ...found, message: `${found.message} (${why})` };
  }
  if (first.operation === found.operation) return first;
  return {
    ...first,
    message: `${first.message} (it first showed in operation ${found.operation}: ${found.message})`,
  };
}

/** The shapes of a run count once, however often it is run again. */
function withoutShapes(options: LockstepOptions): LockstepOptions {
  const again = { ...options };
  delete again.shapes;
  return again;
}

/**
 * Finds an operation after which heaps first answer wrongly. Asking leaves traces, so each try is a run of its own that
 * asks at its end: of every length where the program is short, else by halving, which finds an operation that makes right
 * answers wrong, though not always the first such.
 */
function firstAnswer(program: Program, options: LockstepOptions, found: Divergence): Divergence {
  const upTo = (limit: number): Divergence | undefined =>
    new Pass(program, options, { looksAfter: () => false, limit }).run();
  if (found.operation <= SHORT) {
    for (let limit = 0; limit < found.operation; limit++) {
      const first = upTo(limit);
      if (first) return first;
    }
    return found;
  }
  let good = 0;
  let first = found;
  let bad = found.operation;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const sign = upTo(middle);
    if (sign) {
      first = sign;
      bad = middle;
    } else {
      good = middle;
    }
  }
  return first;
}
