import type { HeapConfig, Operation, OperationResult, State, StatisticName } from '../spec/index.js';
import type { Clear, FreedProfile, QueuedFinalizer, SysCall } from '../lockstep/index.js';

/**
 * How much of the specification an implementation claims; each profile has all that the one before it has.
 *
 * - `safety`: memory that it gives out is its own, keeps its content, and is zero where that is asked.
 * - `accounting`: its statistics are true.
 * - `placement`: it puts everything where the runtime does.
 * - `structure`: all that can be observed of it is as in the runtime.
 */
export const PROFILES = ['safety', 'accounting', 'placement', 'structure'] as const;
export type Profile = (typeof PROFILES)[number];

/** Which operations an implementation has: those of pages alone, or those of objects and the collector too. */
export const LEVELS = ['pages', 'objects'] as const;
export type Level = (typeof LEVELS)[number];

/** What an implementation says of itself. */
export interface Declaration {
  readonly name: string;
  readonly version?: string;
  readonly profile: Profile;
  readonly level: Level;
  /** Whether it can run operations inside of others, at claims; by default not. */
  readonly interleaving?: boolean;
}

/**
 * An address: bytes from the start of the arena, or from what an earlier call of the same case gave: the base of its
 * span, or the address of its object.
 */
export type Operand = number | { readonly of: number; readonly offset: number };

/** One call of a case: an operation in which addresses may be operands. */
export interface Call {
  readonly op: Operation['op'];
  /** The operation's arguments, under their names; those of misuse may be of any kind. */
  readonly args: Readonly<Record<string, Operand | boolean | string>>;
  /** Names the call for operands of later ones. */
  readonly id?: number;
  /** What runs inside of it, by the number of the claim, counted from 1. */
  readonly inside?: Readonly<Record<number, readonly Call[]>>;
}

/** What an implementation is asked to run on a new heap. */
export interface Case {
  readonly config: HeapConfig;
  /**
   * Which requests for fresh memory the operating system refuses, by their number, counted from 1, in ascending order;
   * absent where it refuses none.
   */
  readonly refuses?: readonly number[];
  readonly calls: readonly Call[];
  /** After which calls, counted from 0 and without those inside, the state is wanted. */
  readonly states: readonly number[];
  /** What is wanted with each answer. */
  readonly wants: { readonly statistics: boolean; readonly effects: boolean };
}

/**
 * What a call came to. One whose operand names a call that gave nothing is skipped; one of the three endings `ret`,
 * `throw` and `refused` says how it ended, and an operation without a result has none of them.
 */
export interface Answer {
  readonly skipped?: true;
  readonly ret?: OperationResult;
  /** The message of a fatal error. The heap is dead: no answer follows. */
  readonly throw?: string;
  readonly refused?: 'RangeError' | 'TypeError';
  readonly sys?: readonly SysCall[];
  readonly clears?: readonly Clear[];
  readonly finalizers?: readonly QueuedFinalizer[];
  readonly profiles?: readonly FreedProfile[];
  readonly claims?: readonly AnsweredClaim[];
  /** Statistics that differ from those of the answer before, or all of them. */
  readonly stats?: Readonly<Partial<Record<StatisticName, number>>>;
  readonly state?: State;
}

/** A claim in the course of a call, with the answers to what ran inside. */
export interface AnsweredClaim {
  readonly span: number;
  readonly stats?: Answer['stats'];
  readonly steps?: readonly Answer[];
}

/** How running a case failed, apart from wrong answers. */
export type Breakdown = {
  readonly kind: 'crashed' | 'timed-out' | 'nonsense' | 'flood' | 'closed' | 'wrong-version';
  /** What happened, in a sentence, with the end of what it wrote to standard error. */
  readonly message: string;
  /** The version of the protocol that it speaks, where that is another one. */
  readonly protocol?: number;
};

/** What running a case came to: an answer for each call, as far as it came. */
export interface CaseResult {
  readonly answers: readonly Answer[];
  readonly breakdown?: Breakdown;
}

/** An implementation under test, wherever it lives. */
export interface Implementation {
  /** Starts it, where it is not started, and asks what it claims. */
  start(): Promise<Declaration>;
  /** Runs a case; starts it anew where it has broken down. */
  run(test: Case): Promise<CaseResult>;
  /** Ends it; nothing of it is left running. */
  stop(): Promise<void>;
}
