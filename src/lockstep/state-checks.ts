import { describeValue } from '../programs/index.js';
import type { HeapConfig, Operation, State, Statistics } from '../spec/index.js';
import { requireForm, stateProblem } from './answers.js';
import { countEffects, sameError, sameStatistics } from './compare.js';
import { diffStates, sameData } from './diff.js';
import { checkInvariants, type BrokenInvariant, type Invariant, type StateView } from './invariants/index.js';
import type { ObjectLedger } from './objects/object-ledger.js';
import type { Side } from './side.js';
import type { Finding } from './step-checks.js';

/** What was seen when states were looked at: the state that all heaps had, or what is wrong. */
export type Look = { readonly state: State; readonly statistics: Statistics } | { readonly finding: Finding };

/** What is known of a run besides the heaps. */
export interface Surroundings {
  readonly config: HeapConfig;
  readonly large: ReadonlySet<number> | undefined;
  readonly objects: ObjectLedger;
  /** What was seen before the last operation, where it was looked at then. */
  readonly before: { readonly state: State; readonly statistics: Statistics } | undefined;
  readonly invariants: readonly Invariant[];
}

/**
 * Compares the states of all heaps, then checks the invariants on the one state that they share, then the audits. Of
 * heaps that ended in a fatal error only the states are compared: they stopped because something was wrong.
 *
 * @throws {@link MalformedAnswer} where a state or what an audit gives has not the form that it must have.
 */
export function lookAtStates(sides: readonly Side[], around: Surroundings): Look {
  const [first] = sides;
  const state = first.state();
  if (sides.length === 1) requireStateForm(first, state);
  const { statistics } = first;
  for (const other of sides.slice(1)) {
    const finding = compareStates(first, state, other, around);
    if (finding) return { finding };
  }
  if (first.error?.kind === 'FatalError') return { state, statistics };
  const [broken] = checkInvariants(viewOf(around, state, statistics), around.invariants);
  if (broken) {
    requireStateForm(first, state);
    return { finding: brokenInvariant(first.name, broken) };
  }
  for (const side of sides) {
    const complaints = side.audit();
    if (complaints.length > 0) return { finding: failedAudit(side.name, complaints) };
  }
  return { state, statistics };
}

/**
 * Checks the invariants that ask the heap, on every one. What they ask leaves traces in it, so nothing can be compared
 * afterwards.
 */
export function askHeaps(sides: readonly Side[], state: State, around: Surroundings): Finding | undefined {
  for (const side of sides) {
    const view = { ...viewOf(around, state, side.statistics), heap: side.heap };
    const [broken] = checkInvariants(view, around.invariants);
    if (broken) return brokenInvariant(side.name, broken);
  }
  return undefined;
}

/** Checks that heaps which ended in a fatal error are dead: they throw it again whatever one asks of them. */
export function checkDead(sides: readonly Side[]): Finding | undefined {
  const question: Operation = { op: 'query', addr: 0 };
  for (const side of sides) {
    const { error, statistics } = side;
    side.host.reset();
    side.attempt(question);
    const { name, host } = side;
    if (!sameError(error, side.error)) {
      const differences = [
        {
          path: 'outcome',
          expected: error?.message,
          actual: side.error?.message ?? describeValue(side.result),
        },
      ];
      return { kind: 'error', heap: name, message: `${name} went on after a fatal error`, differences };
    }
    const touched = countEffects(host) > 0;
    if (touched || !sameStatistics(statistics, side.readStatistics())) {
      return {
        kind: 'effects',
        heap: name,
        message: `${name} still did something after a fatal error`,
        differences: [],
      };
    }
  }
  return undefined;
}

function compareStates(first: Side, expected: State, other: Side, around: Surroundings): Finding | undefined {
  const actual = other.state();
  if (sameData(expected, actual)) return undefined;
  requireStateForm(first, expected);
  requireStateForm(other, actual);
  const differences = diffStates(expected, actual);
  const message = [
    `the state of ${other.name} differs from that of ${first.name}`,
    ...alsoBroken(first, expected, around),
    ...alsoBroken(other, actual, around),
  ].join('; ');
  return { kind: 'state', heap: other.name, against: first.name, message, differences };
}

/**
 * Checks the form of a state. Of states that are the same on several heaps and break no invariant it is not checked: it
 * takes as long as making them.
 */
function requireStateForm({ name }: Side, state: unknown): void {
  requireForm(name, 'state', stateProblem(state));
}

/** Which invariants a state breaks tells which of two heaps is likely to be the wrong one. */
function alsoBroken({ name, statistics }: Side, state: State, around: Surroundings): string[] {
  const broken = checkInvariants(viewOf(around, state, statistics), around.invariants);
  return broken.map((invariant) => `${name} breaks ${invariant.name}: ${invariant.message}`);
}

function viewOf(around: Surroundings, state: State, statistics: Statistics): StateView {
  const { config, large, objects, before } = around;
  return { config, state, statistics, objects, ...(large && { large }), ...(before && { before }) };
}

function brokenInvariant(heap: string, { name, why, message }: BrokenInvariant): Finding {
  const text = `${heap} breaks ${name}: ${message}`;
  return { kind: 'invariant', heap, message: text, differences: [], invariant: { name, why } };
}

function failedAudit(heap: string, complaints: readonly string[]): Finding {
  return {
    kind: 'audit',
    heap,
    message: `${heap} finds itself broken: ${complaints.join('; ')}`,
    differences: [],
  };
}
