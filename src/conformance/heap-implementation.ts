import { describeValue } from '../programs/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { Implementation } from './contract.js';
import { InProcessImplementation, type MakeHeap } from './in-process.js';
import type { ConformanceOptions } from './options.js';

/** What can be held to the specification. */
export type Conformer = Implementation | HeapFactory | MakeHeap;

/**
 * Whatever can be held to the specification as an implementation. A heap of this process claims what is asked of it: by
 * default all.
 *
 * @throws TypeError where it is none of what it may be.
 */
export function implementationOf(
  conformer: Conformer,
  options: Pick<ConformanceOptions, 'name' | 'profile' | 'level' | 'interleaving'>,
): Implementation {
  const { profile = 'structure', level = 'objects', interleaving = true } = options;
  if (typeof conformer === 'function') {
    const name = options.name ?? (conformer.name === '' ? 'the heap' : conformer.name);
    return new InProcessImplementation(conformer, { name, profile, level, interleaving });
  }
  if (hasMethods(conformer, 'start', 'run', 'stop')) return conformer as Implementation;
  if (hasMethods(conformer, 'create')) {
    const factory = conformer as HeapFactory;
    const name = options.name ?? factory.name;
    return new InProcessImplementation((config, host) => factory.create(config, host), {
      name,
      profile,
      level,
      interleaving,
    });
  }
  const expected = 'an implementation, a heap factory, or a function that makes heaps';
  throw new TypeError(`checkConformance needs ${expected}, not ${describeValue(conformer)}`);
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function');
}
