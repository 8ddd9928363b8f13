import type { HeapConfig } from '../spec/index.js';

/**
 * A sequence of commands whose operands are handles, so that it means the same on any heap, with the heap's
 * configuration and what the host does of its own accord.
 */
export interface Program {
  readonly config: HeapConfig;
  readonly host: HostScript;
  readonly commands: readonly Command[];
}

/** What the host does of its own accord; the same script gives the same decisions on every heap and machine. */
export interface HostScript {
  /** Seeds the host's decisions: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Share of requests for fresh memory that the operating system refuses: 0 to 1. */
  readonly refusals: number;
}

/** A host that refuses nothing. */
export const OBLIGING_HOST: HostScript = { seed: 0, refusals: 0 };

/**
 * Names the span or the object that an allocating command makes: the span `s3` has the handle 3, the object `o4` the
 * handle 4. Each is made at most once.
 */
export type Handle = number;

/**
 * A number that is an operation's argument. A string stands for misuse: it reaches the heap as it is, and the heap
 * must refuse it with a TypeError.
 */
export type Argument = number | string;

/** An address: some bytes from the base of a handle's span or object, or from the start of the arena. */
export type Place =
  | { readonly handle: Handle; readonly offset: number }
  | { readonly handle?: undefined; readonly offset: Argument };

/** One command: an operation whose operands are handles. */
export type Command = CommandBody & CommandFrame;

/** What any command may have besides its operands. */
export interface CommandFrame {
  /** What it must end in, where that is known beforehand. */
  readonly expect?: readonly Expectation[];
  /**
   * The moment at which it runs, for a command that runs inside of another one: `[2]` is the second claim for sweeping
   * in the course of the last command that runs by itself, `[2, 1]` the first claim in the course of the last command
   * that runs at `[2]`. Where that claim does not come, the command is skipped. See `nesting.ts`.
   */
  readonly claim?: readonly number[];
}

/** The operation of a command and its operands. */
export type CommandBody =
  | {
      readonly op: 'alloc';
      readonly handle: Handle;
      readonly npages: Argument;
      readonly sizeclass: Argument;
      readonly large: boolean;
      readonly needzero: boolean;
    }
  | { readonly op: 'allocStack'; readonly handle: Handle; readonly npages: Argument }
  /** `acct`: whether it comes off `heap_objects`; by default where the span was allocated as large. */
  | { readonly op: 'free'; readonly span: Place; readonly acct?: boolean; readonly dirty: boolean }
  | { readonly op: 'freeStack'; readonly span: Place }
  | { readonly op: 'tick'; readonly ns: Argument }
  | { readonly op: 'scavenge'; readonly limit: Argument }
  | { readonly op: 'freeOSMemory' }
  /** `at`: null for the nil pointer. */
  | { readonly op: 'query'; readonly at: Place | null }
  | { readonly op: 'addFinalizer'; readonly p: Argument; readonly at: Place; readonly id: Argument }
  | { readonly op: 'removeFinalizer'; readonly p: Argument; readonly at: Place }
  | { readonly op: 'setProfile'; readonly p: Argument; readonly at: Place; readonly id: Argument }
  | {
      readonly op: 'malloc';
      readonly handle: Handle;
      readonly size: Argument;
      readonly p: Argument;
      readonly scan: Argument;
      readonly needzero: boolean;
    }
  | { readonly op: 'flush'; readonly p: Argument }
  | { readonly op: 'addProc' }
  | { readonly op: 'removeProc'; readonly p: Argument }
  | { readonly op: 'gcStart' }
  | { readonly op: 'mark'; readonly at: Place }
  | { readonly op: 'gcEnd'; readonly heapDistance: Argument }
  | { readonly op: 'sweepone'; readonly p: Argument };

/**
 * One way in which a command may end: with a result, or refused. A command that lists several may end in any of
 * them; one that lists none may end in any way, as long as all heaps agree.
 */
export type Expectation =
  | { readonly kind: 'result' }
  | { readonly kind: 'RangeError' }
  | { readonly kind: 'TypeError' }
  | { readonly kind: 'FatalError'; readonly message: string };
