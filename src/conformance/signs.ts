import { sameData, type Difference } from '../lockstep/index.js';
import type { Command } from '../programs/index.js';
import type { Operation } from '../spec/index.js';

/** A place, what should be there, and perhaps what is. */
export type SeenDifference = Pick<Difference, 'path' | 'expected'> & Partial<Pick<Difference, 'actual'>>;

/** What is known of something that went wrong. */
export interface Signs {
  /** What the heap was told, by a program or by a trace. */
  readonly command: Command | Operation;
  /** Whether any command before that one may have been the one that went wrong. */
  readonly isLate?: boolean;
  /** What differs, under paths of `observedAt`, and what there was instead where that is known. */
  readonly differences: readonly SeenDifference[];
  /** The name of the invariant that is broken. */
  readonly invariant?: string;
  /** The shapes that the operation goes through on the reference. */
  readonly shapes: ReadonlySet<string>;
}

/** What lists the calls of a host. */
const CALLS: ReadonlySet<string> = new Set(['sys', 'clears', 'finalizers', 'profiles']);

function without(some: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  return some.filter((one) => !others.some((other) => sameData(one, other)));
}

/** A difference of lockstep under the path that `observedAt` has for it. */
export function asObserved({ path, expected, actual }: Difference): SeenDifference {
  if (path === 'outcome') return outcomeObserved(String(expected));
  if (CALLS.has(path) && Array.isArray(expected) && Array.isArray(actual)) {
    // Calls that were made and should be are no part of what is wrong.
    return { path, expected: without(expected, actual), actual: without(actual, expected) };
  }
  return {
    path: path.replace(/^claims\[\d+\]\.span$/, 'claims').replace(/^claims\[\d+\]\.statistics\./, ''),
    expected,
    actual,
  };
}

/** A difference from a trace under the path that `observedAt` has for it, in the operation at the place `within`. */
export function asObservedInTrace({ path, expected, actual }: Difference, within: string): SeenDifference {
  const own = path.startsWith(within) ? path.slice(within.length) : path;
  if (own === 'throw') {
    return {
      path: 'error',
      expected: typeof expected === 'string' ? `FatalError: ${expected}` : undefined,
    };
  }
  return {
    path: own
      .replace(/^ret(?=$|[.[])/, 'result')
      .replace(/^(?:claims\[\d+\]\.)?stats\./, '')
      .replace(/^claims\[\d+\]\.span$/, 'claims')
      .replace(/^state\./, ''),
    expected,
    actual,
  };
}

/** An outcome as a divergence tells it, under the path that `observedAt` has for it. */
function outcomeObserved(outcome: string): SeenDifference {
  if (outcome.startsWith('result')) return { path: 'result', expected: resultIn(outcome) };
  const error = outcome.startsWith('FatalError: ') ? outcome : outcome.split(':', 1)[0];
  return { path: 'error', expected: error };
}

function resultIn(outcome: string): unknown {
  // Where a program expects one of several ends, words follow.
  const [, text] = /^result (null|true|false|-?\d+|[[{"][^]*)$/.exec(outcome) ?? [];
  return text === undefined ? undefined : JSON.parse(text);
}
