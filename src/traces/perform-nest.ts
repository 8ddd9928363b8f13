import {
  performObserved,
  requireForm,
  resultProblem,
  type Claim,
  type ClaimGuest,
  type Outcome,
  type RecordingHost,
} from '../lockstep/index.js';
import { turnsAt, type Bindings, type Command, type Turn } from '../programs/index.js';
import type { Heap, Operation } from '../spec/index.js';
import type { TraceOperation } from './trace.js';

/** A heap under way, with its host, and its name for reports. */
export interface HeapUnderWay {
  readonly name: string;
  readonly heap: Heap;
  readonly host: RecordingHost;
}

/** Operations that run inside of each other, as a tree of nodes of any kind. */
export interface Nest<Node> {
  /** The operation of a node whose turn has come; null where it is to be skipped. */
  readonly operationOf: (node: Node) => Operation | null;
  /** The nodes whose turn comes at a claim of another one; its claims are counted from 0. */
  readonly inside: (node: Node, index: number, claim: Claim) => readonly Node[];
  /** Is told what the operation of a node came to, before that of a node around it has ended. */
  readonly performed: (node: Node, operation: Operation, outcome: Outcome) => void;
}

/**
 * Performs the operation of a node and, at its claims, those of the nodes inside of it, up to a fatal error. It is for
 * the nest to have nothing run inside of `gcStart` and `gcEnd`.
 *
 * @returns What the operation came to; null where it was skipped.
 * @throws whatever the heap throws that the specification does not know, and whatever the nest throws.
 */
export function performNest<Node>(
  { heap, host }: HeapUnderWay,
  node: Node,
  nest: Nest<Node>,
): Outcome | null {
  /** The node whose operation is under way, below those around it, and the claims that it has had. */
  const open: { readonly node: Node; claims: number }[] = [];

  const run = (one: Node, perform: (operation: Operation) => Outcome): Outcome | null => {
    const operation = nest.operationOf(one);
    if (operation === null) return null;
    open.push({ node: one, claims: 0 });
    const outcome = perform(operation);
    open.pop();
    nest.performed(one, operation, outcome);
    return outcome;
  };
  const guest: ClaimGuest = (claim, perform) => {
    const around = open.at(-1);
    if (around === undefined) return;
    for (const one of nest.inside(around.node, around.claims++, claim)) {
      if (run(one, perform)?.error?.kind === 'FatalError') return;
    }
  };
  return run(node, (operation) => performObserved(heap, host, operation, guest));
}

/**
 * Performs a step of a trace on a heap, with the steps inside of it, and gives what it came to.
 *
 * @param onOperation - Called before each operation.
 */
export function performStep(run: HeapUnderWay, step: TraceOperation, onOperation?: () => void): Outcome {
  const outcome = performNest(run, step, {
    operationOf: ({ operation }) => {
      onOperation?.();
      return operation;
    },
    inside: ({ claims }, index) => claims.at(index)?.steps ?? [],
    performed: () => undefined,
  });
  if (outcome === null) throw new Error('no step of a trace is skipped');
  return outcome;
}

/** A command whose operation was performed. */
export interface PerformedCommand {
  readonly command: Command;
  readonly operation: Operation;
  readonly outcome: Outcome;
}

/**
 * Performs the operation of a command on a heap, with those of the commands inside of it, and binds what they make.
 *
 * @param onOperation - Called before each operation, with the index of its command.
 * @returns All commands whose operations were performed, each behind those inside of it, so that the last one is the
 *   command itself; empty where it was skipped.
 * @throws Error where the heap gives a result that has not the form that it must have.
 */
export function performTurn(
  run: HeapUnderWay,
  bindings: Bindings,
  turn: Turn,
  onOperation?: (commandIndex: number) => void,
): PerformedCommand[] {
  const done: PerformedCommand[] = [];
  performNest(run, turn, {
    operationOf: ({ command, index }) => {
      const operation = bindings.resolve(command);
      if (operation !== null) onOperation?.(index);
      return operation;
    },
    inside: (around, index) => turnsAt(around, index + 1),
    performed: ({ command }, operation, outcome) => {
      if (outcome.error === undefined) {
        requireForm(run.name, 'result', resultProblem(operation, outcome.result));
        bindings.bind(command, outcome.result);
      }
      done.push({ command, operation, outcome });
    },
  });
  return done;
}
