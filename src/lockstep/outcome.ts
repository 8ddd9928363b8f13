import { FatalError, type Heap, type Operation, type OperationResult } from '../spec/index.js';
import type { Clear, RecordingHost, SysCall } from './recording-host.js';

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
  /** In the order of the calls. */
  readonly clears: readonly Clear[];
  /** In the order of the calls. */
  readonly prints: readonly string[];
}

/**
 * Performs an operation on a heap and gives all that can be seen of it.
 *
 * @param host - The host that the heap was made with.
 * @throws whatever the heap throws, if it is none of the errors that the specification knows.
 */
export function performObserved(heap: Heap, host: RecordingHost, operation: Operation): Outcome {
  host.reset();
  let result: OperationResult;
  let error: OutcomeError | undefined;
  try {
    result = heap.perform(operation);
  } catch (thrown) {
    error = outcomeError(thrown);
    if (error === undefined) throw thrown;
  }
  return {
    result,
    ...(error && { error }),
    sys: canonicalCalls([...host.sys]),
    clears: [...host.clears],
    prints: [...host.prints],
  };
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
