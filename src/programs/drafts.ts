import { boolean, constant, constantFrom, integer, nat, oneof, tuple, type Arbitrary } from 'fast-check';
import { CLASS_TO_PAGES, NUM_SIZE_CLASSES, PAGE_SIZE } from '../spec/index.js';
import type { HeapModel } from './heap-model.js';
import type { Command, Place } from './program.js';

/** What a draft may know when it becomes a command. */
export type ModelView = Pick<
  HeapModel,
  | 'config'
  | 'nextHandle'
  | 'live'
  | 'freedPageCounts'
  | 'mayBeProfiled'
  | 'liveObjects'
  | 'wasProfiled'
  | 'marking'
  | 'caches'
>;

/**
 * A command that is drawn before it is known what will be live when it runs; null where it makes no sense then. Where
 * it needs a span it has a number for it, which counts through the live spans as often as needed.
 */
export type Draft = (model: ModelView) => Command | null;

const SECOND = 1e9;

/** Page counts at which the lists of the heap or its growth change. */
const PAGE_COUNT_BOUNDS = [7, 8, 9, 16, 32, 64, 126, 127, 128, 129, 130, 255, 256, 257];

/** Allocations: of heap spans for large and for small objects, and of stacks. */
export function allocationDrafts(maxPages: number): Arbitrary<Draft> {
  const npages = pageCounts(maxPages);
  const large = tuple(npages, constantFrom(true, true, true, false), boolean()).map(
    ([count, isLarge, needzero]): Draft =>
      (model) =>
        allocation(model, count(model), 0, isLarge, needzero),
  );
  const small = tuple(integer({ min: 1, max: NUM_SIZE_CLASSES - 1 }), boolean()).map(
    ([sizeclass, needzero]): Draft =>
      (model) =>
        allocation(model, CLASS_TO_PAGES[sizeclass], sizeclass, false, needzero),
  );
  const stack = npages.map(stackOf);
  return oneof(
    { arbitrary: large, weight: 3 },
    { arbitrary: small, weight: 1 },
    { arbitrary: stack, weight: 1 },
  );
}

/** Allocations of stacks alone. */
export function stackDrafts(maxPages: number): Arbitrary<Draft> {
  return pageCounts(maxPages).map(stackOf);
}

function stackOf(count: (model: ModelView) => number): Draft {
  return (model) => ({ op: 'allocStack', handle: model.nextHandle, npages: count(model) });
}

/** Frees of live spans, in whatever way they were allocated; none while marking, when no stack may become free. */
export function freeDrafts(): Arbitrary<Draft> {
  return tuple(nat(), boolean()).map(([number, dirty]) => (model) => {
    const note = pick(model.live, number);
    if (note === null || model.marking) return null;
    const span = { handle: note.handle, offset: 0 };
    return note.stack ? { op: 'freeStack', span } : { op: 'free', span, dirty };
  });
}

/** Time that passes, and memory that is released. */
export function timeDrafts(): Arbitrary<Draft> {
  const time = oneof(
    nat(3),
    constantFrom(300 * SECOND, 300 * SECOND + 1),
    nat(24 * 3600).map((s) => s * SECOND),
  );
  return oneof(
    time.map((ns): Draft => () => ({ op: 'tick', ns })),
    time.map((limit): Draft => () => ({ op: 'scavenge', limit })),
    constant<Draft>(() => ({ op: 'freeOSMemory' })),
  );
}

/** Queries at the bounds of live spans and of the arena, and inside. */
export function queryDrafts(): Arbitrary<Draft> {
  const atSpan = tuple(
    nat(),
    constantFrom('base', 'limit', 'end', 'inside'),
    nat(),
    integer({ min: -1, max: 1 }),
  ).map(([number, bound, inside, by]): Draft => (model) => {
    const note = pick(model.live, number);
    if (note === null) return null;
    const bytes = note.npages * PAGE_SIZE;
    const offset = { base: 0, limit: note.limit, end: bytes, inside: inside % bytes }[bound] + by;
    return { op: 'query', at: { handle: note.handle, offset } };
  });
  const atArena = tuple(constantFrom('base', 'end', 'nil'), integer({ min: -1, max: 1 })).map(
    ([bound, by]): Draft =>
      ({ config: { arenaPages, arenaStart } }) => {
        const offset = { base: 0, end: arenaPages * PAGE_SIZE, nil: -arenaStart }[bound] + by;
        return { op: 'query', at: { offset } };
      },
  );
  const nil = constant<Draft>(() => ({ op: 'query', at: null }));
  return oneof(
    { arbitrary: atSpan, weight: 6 },
    { arbitrary: atArena, weight: 2 },
    { arbitrary: nil, weight: 1 },
  );
}

/** Finalizers and profile records of objects in live heap spans. */
export function recordDrafts(): Arbitrary<Draft> {
  const kind = constantFrom('addFinalizer', 'addFinalizer', 'removeFinalizer', 'setProfile');
  return tuple(kind, nat(), nat(7), nat(1023), nat(15)).map(([op, number, object, p, id]) => (model) => {
    const note = pick(
      model.live.filter(({ limit }) => limit > 0),
      number,
    );
    if (note === null) return null;
    const offset = (object * note.elemsize) % note.limit;
    const at: Place = { handle: note.handle, offset };
    if (op === 'setProfile' && model.mayBeProfiled(note, offset)) return null;
    const cache = p % model.config.procs;
    return op === 'removeFinalizer' ? { op, p: cache, at } : { op, p: cache, at, id };
  });
}

/** Page counts: small ones, at bounds, any, and such as were freed lately. */
function pageCounts(maxPages: number): Arbitrary<(model: ModelView) => number> {
  const most = Math.max(1, ...PAGE_COUNT_BOUNDS.filter((bound) => bound <= maxPages));
  const fixed = oneof(
    integer({ min: 1, max: Math.min(8, maxPages) }),
    constantFrom(most, ...PAGE_COUNT_BOUNDS.filter((bound) => bound <= maxPages)),
    integer({ min: 1, max: maxPages }),
  );
  const recycled = nat(7).map((age) => (model: ModelView) => pick(model.freedPageCounts, age) ?? 1);
  return oneof(
    { arbitrary: fixed.map((npages) => () => npages), weight: 3 },
    { arbitrary: recycled, weight: 1 },
  );
}

function allocation(
  model: ModelView,
  npages: number,
  sizeclass: number,
  large: boolean,
  needzero: boolean,
): Command {
  return { op: 'alloc', handle: model.nextHandle, npages, sizeclass, large, needzero };
}

/** The choice with a number that counts through all of them as often as needed; null where there is none. */
export function pick<T>(choices: readonly T[], number: number): T | null {
  return choices.length === 0 ? null : choices[number % choices.length];
}
