import { FatalError, type Operation, type OperationResult, type Statistics } from '../spec/index.js';

/** The classes of errors that an operation may end in; an error of any other class is a defect of the heap. */
export type ErrorKind = 'FatalError' | 'RangeError' | 'TypeError';

/** An error that an operation ended in. The message is part of the specification only where it is fatal. */
export interface OutcomeError {
  readonly kind: ErrorKind;
  readonly message: string;
}

/** What an operation gave back, and what it did to the host. */
export interface Outcome {
  /** Undefined also where the operation ended in an error. */
  readonly result: OperationResult;
  readonly error?: OutcomeError;
  /** In canonical order: by name of the call, then by offset. */
  readonly sys: readonly SysCall[];
  /** In the order of the calls, like all that follows. */
  readonly clears: readonly Clear[];
  readonly prints: readonly string[];
  readonly finalizers: readonly QueuedFinalizer[];
  readonly profiles: readonly FreedProfile[];
  /** The claims for sweeping, with the operations that ran at each. */
  readonly claims: readonly Claim[];
}

/** A call to the operating system about the arena: offset and length in bytes. */
export type SysCall = readonly [call: 'map' | 'used' | 'unused', offset: number, bytes: number];

/** Memory that the heap cleared: offset and length in bytes. */
export type Clear = readonly [offset: number, bytes: number];

/** A finalizer that was queued for running: the address and the id that it was added with. */
export type QueuedFinalizer = readonly [addr: number, id: number];

/** An object with a heap profile record that was freed: the record's id, and the object's size in bytes. */
export type FreedProfile = readonly [id: number, size: number];

/** All that an operation did to its host, but for the operations that ran inside of it. */
export interface Effects {
  /** Calls to the operating system, in the order of the calls; `map` only where it was granted. */
  readonly sys: SysCall[];
  /** In the order of the calls, like all that follows. */
  readonly clears: Clear[];
  readonly prints: string[];
  readonly finalizers: QueuedFinalizer[];
  readonly profiles: FreedProfile[];
  readonly claims: Claim[];
}

/** A moment within an operation at which a span had just been claimed for sweeping. */
export interface Claim {
  /** The span's base, in bytes from the start of the arena. */
  readonly span: number;
  /** The heap's statistics at that moment; undefined where nobody looked. */
  statistics?: Statistics;
  /** The operations that ran, whole, at that moment. */
  readonly steps: NestedStep[];
}

/** An operation that ran inside of another one. */
export interface NestedStep {
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** The heap's statistics right after it. */
  readonly statistics: Statistics;
}

/** Effects of which there are none yet. */
export function noEffects(): Effects {
  return { sys: [], clears: [], prints: [], finalizers: [], profiles: [], claims: [] };
}

/** Describes an error that the specification knows; undefined for anything else that was thrown. */
export function outcomeError(thrown: unknown): OutcomeError | undefined {
  if (thrown instanceof FatalError) return { kind: 'FatalError', message: thrown.message };
  if (thrown instanceof RangeError) return { kind: 'RangeError', message: thrown.message };
  if (thrown instanceof TypeError) return { kind: 'TypeError', message: thrown.message };
  return undefined;
}

/**
 * Sorts calls to the operating system, in place, by name, then by offset: the order in which the long free spans are
 * scavenged can't be observed, so it must not matter.
 */
export function canonicalCalls(calls: SysCall[]): SysCall[] {
  return calls.length < 2 ? calls : calls.sort(byNameThenOffset);
}

function byNameThenOffset(a: SysCall, b: SysCall): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1] || a[2] - b[2];
}
