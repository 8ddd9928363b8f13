import { boolean, constant, constantFrom, integer, nat, oneof, tuple, type Arbitrary } from 'fast-check';
import { CLASS_TO_SIZE, MAX_SMALL_SIZE, PAGE_SIZE } from '../spec/index.js';
import { pick, type Draft, type ModelView } from './drafts.js';
import type { LiveObject } from './plausible-objects.js';

/** Caches that a run has at most, unless it begins with more. */
const MAX_CACHES = 8;

/** Bytes of a special record's offset that are kept. */
const RECORD_OFFSETS = 2 ** 16;

/** Allocations of objects: tiny ones, sizes at the bounds of the size classes, large ones of so many pages at most. */
export function objectDrafts(maxPages: number): Arbitrary<Draft> {
  const size = oneof(
    { arbitrary: integer({ min: 1, max: 15 }), weight: 2 },
    {
      arbitrary: tuple(constantFrom(...CLASS_TO_SIZE.slice(1)), integer({ min: -1, max: 1 })).map(
        ([a, b]) => a + b,
      ),
      weight: 3,
    },
    { arbitrary: constantFrom(8, 64, 128, 1024), weight: 3 },
    { arbitrary: integer({ min: 1, max: maxPages * PAGE_SIZE }), weight: 1 },
  );
  return tuple(size, nat(), nat(), boolean()).map(([bytes, number, pointers, needzero]) => (model) => {
    const p = cacheOf(model, number);
    const scan = pointers % 2 === 0 ? 0 : bytes - (bytes % 8);
    return { op: 'malloc', handle: model.nextHandle, size: bytes, p, scan, needzero };
  });
}

/** Cycles of the collector: their starts, marks and ends, and sweeping. */
export function cycleDrafts(): Arbitrary<Draft> {
  const start = constant<Draft>(({ marking }) => (marking ? null : { op: 'gcStart' }));
  const mark = tuple(nat(), nat()).map(([number, inside]): Draft => (model) => {
    const note = model.marking ? pick(model.liveObjects, number) : null;
    return note === null ? null : { op: 'mark', at: { handle: note.handle, offset: inside % note.size } };
  });
  const distance = oneof(constantFrom(0, 1, 8192), nat(2 ** 24));
  const end = distance.map(
    (heapDistance): Draft =>
      ({ marking }) =>
        marking ? { op: 'gcEnd', heapDistance } : null,
  );
  const sweep = nat().map((number): Draft => (model) => ({ op: 'sweepone', p: cacheOf(model, number) }));
  return oneof(
    { arbitrary: start, weight: 2 },
    { arbitrary: mark, weight: 8 },
    { arbitrary: end, weight: 1 },
    { arbitrary: sweep, weight: 1 },
  );
}

/** Caches that come, are flushed and go. */
export function cacheDrafts(): Arbitrary<Draft> {
  const add = constant<Draft>(({ caches }) => (caches.length < MAX_CACHES ? { op: 'addProc' } : null));
  const flush = nat().map((number): Draft => (model) => ({ op: 'flush', p: cacheOf(model, number) }));
  const remove = nat().map((number): Draft => (model) => {
    return model.caches.length > 1 ? { op: 'removeProc', p: cacheOf(model, number) } : null;
  });
  return oneof(add, flush, remove);
}

/** Queries at objects, and finalizers and profile records of them. */
export function objectAddressDrafts(): Arbitrary<Draft> {
  const kind = constantFrom(
    'query',
    'query',
    'addFinalizer',
    'addFinalizer',
    'removeFinalizer',
    'setProfile',
  );
  return tuple(kind, nat(), nat(), nat(), nat(15)).map(
    ([op, number, inside, cache, id]): Draft =>
      (model) => {
        const note = pick(model.liveObjects, number);
        if (note === null) return null;
        const at = { handle: note.handle, offset: inside % note.size };
        const p = cacheOf(model, cache);
        if (op === 'query') return { op, at };
        if (op === 'setProfile' && !takesProfile(model, note, at.offset)) return null;
        return op === 'removeFinalizer' ? { op, p, at } : { op, p, at, id };
      },
  );
}

/** A second record at one offset is fatal; records keep 16 bits of an offset, which may be too few. */
function takesProfile(model: ModelView, { addr, size }: LiveObject, offset: number): boolean {
  const short = size <= MAX_SMALL_SIZE / 4 || (size > MAX_SMALL_SIZE && offset < RECORD_OFFSETS);
  return short && !model.wasProfiled(addr + offset);
}

function cacheOf({ caches }: ModelView, number: number): number {
  return caches[number % caches.length];
}
