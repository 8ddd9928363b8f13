import type { Command } from '../programs/program.js';
import type { HeapFactory } from '../spec/index.js';
import type { Difference } from './diff.js';
import type { Invariant } from './invariants/index.js';
import type { ShapeCounter } from './shapes/index.js';

/** How a program is run in lockstep. */
export interface LockstepOptions {
  /** The heaps; all others must do what the first one does. */
  readonly heaps: readonly [HeapFactory, ...HeapFactory[]];
  /**
   * After which operations whole states are compared, and invariants and audits checked: `every` one, `spaced` ones
   * (the 16th, 32nd, 64th …), so that they cost the same a command however long a program is, or none; and always
   * before the first and after the last. By default every one for programs of up to 64 commands, else spaced.
   */
  readonly states?: 'every' | 'spaced' | 'end';
  /** Whether each heap gets a host that owns real bytes and watches what becomes of them; by default not. */
  readonly memory?: boolean;
  /** Counts the shapes that the run goes through. */
  readonly shapes?: ShapeCounter;
  /** What is checked of each state; by default `INVARIANTS`. */
  readonly invariants?: readonly Invariant[];
  /**
   * Whether a finding is traced back, by running the program again, to the first operation after which it can be
   * seen; by default it is. A shrinker, which only asks whether there is one, is faster without.
   */
  readonly locate?: boolean;
  /**
   * Called before each operation, with its number (from 1) and the index of its command (from 0), before one inside of
   * another on each heap anew; at the start, and again wherever the program is run again, with 0 and -1. So one who
   * watches from another thread knows where it is.
   */
  readonly onOperation?: (operation: number, commandIndex: number) => void;
}

/** What came of running a program in lockstep. */
export interface LockstepReport {
  /** Operations that all heaps performed, those inside of others among them; 0 where no command ran. */
  readonly operations: number;
  /** Commands that were skipped, since what they name was never allocated or the claim did not come at which they run. */
  readonly skipped: number;
  /** How often states were compared. */
  readonly states: number;
  /** The message of the fatal error in which all heaps ended alike. */
  readonly endedBy?: string;
  /** The first divergence; where there is none, all heaps agree and nothing is broken. */
  readonly divergence?: Divergence;
}

/**
 * What is wrong: results or errors differ, or effects on the host, statistics or states; an invariant is broken; a heap
 * finds itself broken (`audit`), misuses memory, does not end as the program expects, throws what no heap may
 * (`crash`), gives what has not the form that it must have (`malformed`: a field is missing or of the wrong type), or
 * does not come back from a call (`hang`). The last one only somebody in another thread can see, such as the command
 * line: `runLockstep` itself does not come back then.
 */
export type DivergenceKind =
  | 'result'
  | 'error'
  | 'effects'
  | 'statistics'
  | 'state'
  | 'invariant'
  | 'audit'
  | 'memory'
  | 'expectation'
  | 'crash'
  | 'malformed'
  | 'hang';

/** The first operation after which something is wrong, and what. */
export interface Divergence {
  readonly kind: DivergenceKind;
  /** The heap that is at fault, or that differs from the first one. */
  readonly heap: string;
  /** The heap whose behaviour is the expected one, where two were compared. */
  readonly against?: string;
  /** Counted from 0; -1 before the first command. */
  readonly commandIndex: number;
  /**
   * Counted from 1, in the order in which operations begin, also those inside of others; 0 before the first. Skipped
   * commands are no operations.
   */
  readonly operation: number;
  /** Index of the last command that ran so far, where that is another one: commands inside of others stand behind them. */
  readonly lastIndex?: number;
  /** Null before the first. */
  readonly command: Command | null;
  /** A sentence or more; the stack too where a heap threw what was not expected. */
  readonly message: string;
  /** What differs, and nothing else. */
  readonly differences: readonly Difference[];
  /** The invariant that is broken. */
  readonly invariant?: { readonly name: string; readonly why: string };
}
