import { BOOLEAN, checkOptions, describeValue, FUNCTION, type OptionKinds } from '../programs/index.js';
import type { HeapFactory } from '../spec/index.js';
import { isRecord } from './data-check.js';
import type { LockstepOptions } from './report.js';

const RHYTHMS: readonly unknown[] = ['every', 'spaced', 'end'] satisfies LockstepOptions['states'][];

const KINDS: OptionKinds<LockstepOptions> = {
  heaps: { expected: 'an array of heap factories', allows: Array.isArray },
  states: { expected: '"every", "spaced" or "end"', allows: (value) => RHYTHMS.includes(value) },
  memory: BOOLEAN,
  shapes: { expected: 'a ShapeCounter', allows: hasMethod('count') },
  invariants: {
    expected: 'an array of invariants, each with name, why and check',
    allows: (value) => Array.isArray(value) && Array.from<unknown>(value).every(isInvariant),
  },
  locate: BOOLEAN,
  onOperation: FUNCTION,
};

/**
 * Checks the options of a run in lockstep.
 *
 * @throws TypeError where one is unknown or of the wrong kind.
 * @throws RangeError where there is no heap.
 */
export function checkLockstepOptions(options: LockstepOptions): void {
  checkOptions<LockstepOptions>('runLockstep', options, KINDS);
  const { heaps }: { readonly heaps?: readonly unknown[] } = options;
  if (heaps === undefined) throw new TypeError('runLockstep needs heaps: an array of heap factories');
  if (heaps.length === 0) {
    throw new RangeError('runLockstep needs at least one heap in heaps: with none nothing would be checked');
  }
  Array.from(heaps).forEach((factory, i) => requireFactory('runLockstep', `heaps[${i}]`, factory));
}

/**
 * Checks that a value is a heap factory.
 *
 * @param of - The function that needs it, and where it stands, for the message.
 * @throws TypeError where it is none.
 */
export function requireFactory(of: string, what: string, value: unknown): asserts value is HeapFactory {
  if (hasMethod('create')(value) && typeof value.name === 'string') return;
  throw new TypeError(
    `${of}: ${what} must be a heap factory, { name, create(config, host) }, not ${describeValue(value)}`,
  );
}

function isInvariant(value: unknown): boolean {
  return hasMethod('check')(value) && typeof value.name === 'string' && typeof value.why === 'string';
}

function hasMethod(name: string): (value: unknown) => value is Readonly<Record<string, unknown>> {
  // A class with static methods is as good as an object.
  return (value): value is Readonly<Record<string, unknown>> =>
    (isRecord(value) || typeof value === 'function') &&
    typeof (value as Readonly<Record<string, unknown>>)[name] === 'function';
}
