import { MAX_CACHES, MAX_REQUEST_BYTES } from '../spec/index.js';
import type {
  AllocOperation,
  AllocResult,
  FreeOperation,
  MallocOperation,
  Operation,
  OperationResult,
} from '../spec/index.js';
import { address, cacheAt, flag, integer, natural, pageCount, sizeClass, spanAt } from './arguments.js';
import type { Cache } from './cache.js';
import { gcEnd, gcStart } from './collector/cycle.js';
import { markObject } from './collector/marking.js';
import { isBeingSwept, sweepone } from './collector/sweeping.js';
import type { Mheap } from './mheap.js';
import { addProc, flush, removeProc } from './objects/caches.js';
import { malloc } from './objects/malloc.js';
import { objectIndexAt } from './objects/size-classes.js';
import { isFree } from './objects/slots.js';
import { addFinalizer, removeFinalizer, setProfile } from './objects/specials.js';
import { alloc, allocStack } from './pages/allocating.js';
import { free, freeStack } from './pages/freeing.js';
import { lookupMaybe, query } from './pages/queries.js';
import { freeOSMemory, scavenge } from './pages/scavenging.js';

/** An operation that has been found to be in order. */
export interface Prepared {
  /** The cache that it names. */
  readonly cache: Cache | null;
  /** Performs it. */
  readonly act: () => OperationResult;
}

/**
 * Checks an operation, changing nothing.
 *
 * @throws TypeError where the operation is unknown, or an argument is missing or of the wrong type.
 * @throws RangeError where an argument is out of range or names nothing, or the operation has no place now.
 */
export function prepare(h: Mheap, operation: Operation): Prepared {
  switch (operation.op) {
    case 'alloc':
      return prepareAlloc(h, operation);
    case 'free':
      return prepareFree(h, operation);
    case 'allocStack': {
      const npages = pageCount(operation.npages);
      return giving(null, () => allocStack(h, npages));
    }
    case 'freeStack': {
      const span = spanAt(h, operation.base);
      if (span.state === 'inuse') throw new RangeError(`the span at ${span.base} is a heap span: use free`);
      return doing(null, () => freeStack(h, span));
    }
    case 'tick': {
      const ns = integer('ns', operation.ns, 0, Number.MAX_SAFE_INTEGER - h.host.nanotime());
      return doing(null, () => h.host.tick(ns));
    }
    case 'scavenge': {
      const limit = natural('limit', operation.limit);
      return giving(null, () => scavenge(h, limit));
    }
    case 'freeOSMemory':
      return giving(null, () => freeOSMemory(h));
    case 'query': {
      const addr = operation.addr === undefined ? undefined : address(operation.addr);
      return giving(null, () => query(h, addr));
    }
    case 'addFinalizer':
    case 'removeFinalizer':
    case 'setProfile':
      return prepareSpecial(h, operation);
    case 'malloc':
      return prepareMalloc(h, operation);
    case 'flush': {
      const cache = cacheAt(h, operation.p);
      return doing(cache, () => flush(h, cache));
    }
    case 'addProc':
      if (h.caches.length === MAX_CACHES) throw new RangeError(`there have been ${MAX_CACHES} caches`);
      return giving(null, () => addProc(h));
    case 'removeProc': {
      const cache = cacheAt(h, operation.p);
      if (h.caches.every((other) => other === cache || other === null)) {
        throw new RangeError(`cache ${operation.p} is the last one`);
      }
      return doing(cache, () => removeProc(h, cache));
    }
    case 'gcStart':
      if (h.underWay.length > 0) throw new RangeError('gcStart has no place inside of another operation');
      if (h.marking) throw new RangeError('objects are being marked already');
      return doing(null, () => gcStart(h));
    case 'mark':
      return prepareMark(h, operation.addr);
    case 'gcEnd':
      return prepareGcEnd(h, operation.heapDistance);
    case 'sweepone': {
      const cache = cacheAt(h, operation.p);
      return giving(cache, () => sweepone(h));
    }
    default:
      throw new TypeError(`unknown operation ${String((operation as { op?: unknown }).op)}`);
  }
}

/** An operation that has a result. */
function giving(cache: Cache | null, act: () => OperationResult): Prepared {
  return { cache, act };
}

/** An operation that has none. */
function doing(cache: Cache | null, act: () => void): Prepared {
  return {
    cache,
    act: () => {
      act();
      return undefined;
    },
  };
}

function prepareAlloc(h: Mheap, operation: AllocOperation): Prepared {
  const request = {
    npages: pageCount(operation.npages),
    sizeclass: sizeClass(operation.sizeclass),
    large: flag('large', operation.large),
    needzero: flag('needzero', operation.needzero),
  };
  return giving(null, (): AllocResult | null => {
    const allocated = alloc(h, request);
    return allocated === null ? null : { base: allocated.span.base, zeroed: allocated.zeroed };
  });
}

function prepareFree(h: Mheap, operation: FreeOperation): Prepared {
  const span = spanAt(h, operation.base);
  const acct = integer('acct', operation.acct, 0, 1);
  const dirty = flag('needzero', operation.needzero);
  if (span.state === 'stack') throw new RangeError(`the span at ${span.base} holds stacks: use freeStack`);
  return doing(null, () => {
    if (dirty) span.needzero = 1;
    free(h, span, acct);
  });
}

type SpecialOperation = Extract<Operation, { op: 'addFinalizer' | 'removeFinalizer' | 'setProfile' }>;

function prepareSpecial(h: Mheap, operation: SpecialOperation): Prepared {
  const cache = cacheAt(h, operation.p);
  const addr = address(operation.addr);
  const id = operation.op === 'removeFinalizer' ? 0 : natural('id', operation.id);
  const span = lookupMaybe(h, addr);
  if (span !== null && isBeingSwept(h, span)) throw new RangeError(`the span at ${span.base} is being swept`);
  if (operation.op === 'addFinalizer') return giving(cache, () => addFinalizer(h, addr, id));
  if (operation.op === 'removeFinalizer') return doing(cache, () => removeFinalizer(h, addr));
  return doing(cache, () => setProfile(h, addr, id));
}

function prepareMalloc(h: Mheap, operation: MallocOperation): Prepared {
  const cache = cacheAt(h, operation.p);
  const size = integer('size', operation.size, 1, MAX_REQUEST_BYTES);
  const needzero = flag('needzero', operation.needzero);
  const scan = integer('scan', operation.scan, 0, size);
  return giving(cache, () => malloc(h, cache, { size, needzero, scan }));
}

function prepareMark(h: Mheap, addr: unknown): Prepared {
  const place = address(addr);
  if (!h.marking) throw new RangeError('objects are not being marked: use gcStart');
  const span = lookupMaybe(h, place);
  if (span === null || span.nelems === 0) throw new RangeError(`no object lies at ${place}`);
  const index = objectIndexAt(span, place - span.base);
  if (isFree(span, index)) throw new RangeError(`the object at ${place} is not allocated`);
  return doing(null, () => markObject(h, span, index));
}

function prepareGcEnd(h: Mheap, distance: unknown): Prepared {
  const heapDistance = natural('heapDistance', distance);
  // Inside of another operation nothing is being marked: spans are claimed while sweeping only.
  if (!h.marking) throw new RangeError('objects are not being marked: use gcStart');
  return doing(null, () => gcEnd(h, heapDistance));
}
