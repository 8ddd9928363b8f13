import { MAX_REQUEST_BYTES, MAX_REQUEST_PAGES, NUM_SIZE_CLASSES } from '../spec/index.js';
import type { AddFinalizerResult, Operation, OperationResult } from '../spec/index.js';
import { checkBoolean, checkInteger } from './arguments.js';
import type { HeapParts } from './heap-parts.js';
import type { PlainMethods } from './plain-methods.js';
import { objectBase } from './queries.js';

/**
 * Performs an operation by the method of its name. Where that does not check an argument, or not in the order of
 * {@link Operation}, it is checked here.
 */
export function perform(heap: PlainMethods, parts: HeapParts, operation: Operation): OperationResult {
  const { caches, pages } = parts;
  pages.fate.check();
  switch (operation.op) {
    case 'alloc': {
      checkInteger('npages', operation.npages, 1, MAX_REQUEST_PAGES);
      checkInteger('sizeclass', operation.sizeclass, 0, NUM_SIZE_CLASSES - 1);
      checkBoolean('large', operation.large);
      checkBoolean('needzero', operation.needzero);
      pages.cleared = false;
      const base = heap.alloc(operation.npages, operation.sizeclass, operation.large, operation.needzero);
      return base < 0 ? null : { base, zeroed: pages.cleared };
    }
    case 'free':
      heap.spanAt(operation.base);
      checkInteger('acct', operation.acct, 0, 1);
      checkBoolean('needzero', operation.needzero);
      heap.free(operation.base, operation.acct, operation.needzero);
      return undefined;
    case 'allocStack': {
      const base = heap.allocStack(operation.npages);
      return base < 0 ? null : { base };
    }
    case 'freeStack':
      heap.freeStack(operation.base);
      return undefined;
    case 'tick':
      heap.tick(operation.ns);
      return undefined;
    case 'scavenge':
      return heap.scavenge(operation.limit);
    case 'freeOSMemory':
      return heap.freeOSMemory();
    case 'query':
      return heap.query(operation.addr);
    case 'addFinalizer':
      return addFinalizer(heap, parts, operation.p, operation.addr, operation.id);
    case 'removeFinalizer':
      heap.removeFinalizer(operation.p, operation.addr);
      return undefined;
    case 'setProfile':
      heap.setProfile(operation.p, operation.addr, operation.id);
      return undefined;
    case 'malloc': {
      caches.get(operation.p);
      checkInteger('size', operation.size, 1, MAX_REQUEST_BYTES);
      checkBoolean('needzero', operation.needzero);
      pages.cleared = false;
      const addr = heap.malloc(operation.p, operation.size, operation.needzero, operation.scan);
      return { addr, zeroed: pages.cleared };
    }
    case 'flush':
      heap.flush(operation.p);
      return undefined;
    case 'addProc':
      return heap.addProc();
    case 'removeProc':
      heap.removeProc(operation.p);
      return undefined;
    case 'gcStart':
      heap.gcStart();
      return undefined;
    case 'mark':
      heap.mark(operation.addr);
      return undefined;
    case 'gcEnd':
      heap.gcEnd(operation.heapDistance);
      return undefined;
    case 'sweepone':
      return heap.sweepone(operation.p);
    default:
      throw new TypeError(`unknown operation ${String((operation as { op?: unknown }).op)}`);
  }
}

function addFinalizer(
  heap: PlainMethods,
  { pages }: HeapParts,
  p: number,
  addr: number,
  id: number,
): AddFinalizerResult {
  const added = heap.addFinalizer(p, addr, id);
  return added && pages.cycle.marking ? { added, scanned: objectBase(pages, addr) } : { added };
}
