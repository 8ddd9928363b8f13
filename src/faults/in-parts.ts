import type { HeapParts } from '../optimized/heap-parts.js';
import { OptimizedHeap } from '../optimized/index.js';
import type { Fault } from './fault.js';

/**
 * Plants a fault in the parts of every optimized heap that a factory makes: `tamper` puts a faulty method in the place
 * of one of theirs, in that heap alone. The code of the heap knows nothing of it, and is not the slower for it. Members
 * that are private there are reached by name, `part['member']`, which the compiler still checks.
 *
 * @returns what throws a TypeError as soon as the factory makes a heap of another kind.
 */
export function inParts(tamper: (parts: HeapParts) => void): Fault['plant'] {
  return (heaps) => ({
    name: heaps.name,
    create: (config, host) => {
      const heap = heaps.create(config, host);
      if (!(heap instanceof OptimizedHeap)) {
        throw new TypeError(`the fault is one of the optimized heap, and can't be planted in ${heaps.name}`);
      }
      tamper(heap['parts']);
      return heap;
    },
  });
}
