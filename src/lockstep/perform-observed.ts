import { FatalError, type Heap, type Operation, type OperationResult } from '../spec/index.js';
import {
  canonicalCalls,
  outcomeError,
  type Claim,
  type NestedStep,
  type Outcome,
  type OutcomeError,
} from './outcome.js';
import type { RecordingHost } from './recording-host.js';

/** Performs a whole operation inside of another one, and gives what it came to. */
export type PerformInside = (operation: Operation) => Outcome;

/**
 * Decides what runs at a claim: it may perform operations, one after another, until one ends in a fatal error.
 *
 * @param depth - 1 where the claim is one of the outermost operation, 2 of one that runs inside of that, and so on
 */
export type ClaimGuest = (claim: Claim, perform: PerformInside, depth: number) => void;

/**
 * Performs an operation on a heap and gives all that can be seen of it.
 *
 * @param host - The host that the heap was made with.
 * @param guest - What runs at claims; by default nothing does.
 * @throws whatever the heap throws, if it is none of the errors that the specification knows.
 */
export function performObserved(
  heap: Heap,
  host: RecordingHost,
  operation: Operation,
  guest?: ClaimGuest,
): Outcome {
  host.reset();
  const before = host.claimListener;
  host.claimListener = (claim) => visitClaim(heap, host, claim, guest, 1);
  try {
    return observed(heap, host, operation);
  } finally {
    host.claimListener = before;
  }
}

/** Performs an operation inside of another one, and gives all that can be seen of it. */
function performInside(
  heap: Heap,
  host: RecordingHost,
  operation: Operation,
  guest: ClaimGuest | undefined,
  depth: number,
): Outcome {
  const outer = host.claimListener;
  host.claimListener = (claim) => visitClaim(heap, host, claim, guest, depth);
  try {
    return host.inside(() => observed(heap, host, operation));
  } finally {
    host.claimListener = outer;
  }
}

/** Lets `guest` run operations at a claim, and ends the outer operation with any fatal error of theirs. */
function visitClaim(
  heap: Heap,
  host: RecordingHost,
  claim: Claim,
  guest: ClaimGuest | undefined,
  depth: number,
): void {
  claim.statistics = heap.statistics();
  guest?.(
    claim,
    (operation) => {
      const outcome = performInside(heap, host, operation, guest, depth + 1);
      const step: NestedStep = { operation, outcome, statistics: heap.statistics() };
      claim.steps.push(step);
      return outcome;
    },
    depth,
  );
  const last = claim.steps.at(-1)?.outcome.error;
  if (last?.kind === 'FatalError') throw new FatalError(last.message);
}

function observed(heap: Heap, host: RecordingHost, operation: Operation): Outcome {
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
    finalizers: [...host.finalizers],
    profiles: [...host.profiles],
    claims: [...host.claims],
  };
}
