import { FATAL, MAX_REQUEST_PAGES, MAX_SMALL_SIZE, NUM_SIZE_CLASSES, PAGE_SIZE } from '../../spec/index.js';
import type { Operation } from '../../spec/index.js';
import type { ObjectLedger } from '../objects/object-ledger.js';
import type { OutcomeError } from '../outcome.js';
import { whereabouts } from './picture.js';
import type { Picture } from './picture.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** Operations that a heap refuses, or that kill it. */
const MISUSE = shapes(
  'misuse',
  {
    'double-free': 'A free span is freed again as a heap span, which is fatal.',
    'double-free-of-stack': 'A free span is freed again as a stack, which is fatal.',
    'free-of-merged':
      'The address to free lies inside a free span, where a span may have begun before a merge.',
    'free-inside-span': 'The address to free lies inside a span in use.',
    'free-outside': 'The address to free lies outside the mapped arena.',
    'stack-freed-as-heap': 'A span of stacks is to be freed as a heap span.',
    'heap-freed-as-stack': 'A heap span is to be freed as stacks.',
    'bad-count': 'An impossible number of pages is asked for.',
    'bad-class': 'A span of a size class is asked for that does not exist.',
    'bad-type': 'An argument is missing or has the wrong type, or there is no such operation.',
    'unknown-cache': 'An operation names a cache that does not exist.',
    'bad-time': 'A time is negative or not a whole number.',
    'clock-overflow': 'The clock would pass the largest exact number of nanoseconds.',
    'bad-address': 'An address to look at is no exact number.',
    'special-outside': 'A special record is to be attached outside the mapped arena, which is fatal.',
    'special-on-stack': 'A special record is to be attached to a stack, which is fatal.',
    'special-on-free-page': 'A special record is to be attached in a free span, which is fatal.',
    'special-past-limit':
      'A special record is to be attached behind the last object of a span, which is fatal.',
    'removal-off-objects': 'A finalizer is to be removed where no object is, which is fatal.',
    'profile-twice': 'An object is to get a second profile record, which is fatal.',
    'free-of-objects': 'A span is to be freed that holds objects or is not swept, which is fatal.',
    'no-memory-for-small': 'There is no memory for a small object, which is fatal.',
    'no-memory-for-large': 'There is no memory for a large object, which is fatal.',
    'stale-sweep-entry': 'A span that was freed by hand is still to be swept, which is fatal.',
    'bad-size': 'An object is to have an impossible size, or more pointers than bytes.',
    'bad-distance': 'A cycle is to be swept over an impossible number of bytes.',
    'cycle-in-cycle': 'A cycle is to begin while another one marks.',
    'no-cycle': 'Something is to be marked, or marking is to end, while nothing marks.',
    'mark-nothing': 'What is to be marked lies in no span of objects.',
    'mark-free-slot': 'What is to be marked is a slot of a span of objects in which there is none.',
    'mark-past-limit': 'What is to be marked lies behind the last object of a span.',
    'span-of-no-objects': 'Marking is to end while a span is in use that holds no objects.',
    'last-cache': 'The last cache is to be removed.',
    'busy-cache': 'An operation inside of another one names a cache that is in the midst of it.',
    'would-wait':
      'A special record is to be attached to an object, or removed, while its span is being swept.',
    'begin-inside': 'A cycle is to begin inside of another operation.',
    'end-inside': 'A cycle is to end its marking inside of another operation.',
  },
  ['clock-overflow'],
);

/** All shapes of misuse. */
export const MISUSE_SHAPES = MISUSE;

type MisuseShape = (typeof MISUSE)[number]['name'];

/** An operation that needs nothing but a cache, and what its size says. */
type CacheOperation = Extract<Operation, { op: 'malloc' | 'flush' | 'sweepone' | 'removeProc' }>;

/** What is known of a heap when it refuses an operation. */
export interface Circumstances {
  readonly picture: Picture;
  readonly objects: ObjectLedger;
  /** The numbers of the caches that there are. */
  readonly caches: ReadonlySet<number>;
  /** The operations that the refused one runs inside of. */
  readonly underWay: readonly Operation[];
}

/** Counts why a heap refused `operation`, which has changed nothing that the picture shows. */
export function countMisuse(
  tally: Tally<MisuseShape>,
  known: Circumstances,
  operation: Operation,
  refusal: OutcomeError,
): void {
  const shape = misuse(known, operation, refusal);
  if (shape !== null) tally.count(shape);
}

function misuse(known: Circumstances, operation: Operation, refusal: OutcomeError): MisuseShape | null {
  switch (refusal.kind) {
    case 'FatalError':
      return fatal(known.picture, operation, refusal.message);
    case 'TypeError':
      return 'misuse/bad-type';
    case 'RangeError':
      return outOfRange(known, operation);
  }
}

function fatal(picture: Picture, operation: Operation, message: string): MisuseShape | null {
  switch (message) {
    case FATAL.freeInvalidState:
      return operation.op === 'freeStack' ? 'misuse/double-free-of-stack' : 'misuse/double-free';
    case FATAL.addSpecial:
      return badSpecial(picture, operation);
    case FATAL.removeSpecial:
      return 'misuse/removal-off-objects';
    case FATAL.profileAlreadySet:
      return 'misuse/profile-twice';
    case FATAL.freeInvalid:
      return 'misuse/free-of-objects';
    case FATAL.sweepWithoutObjects:
      return 'misuse/span-of-no-objects';
    case FATAL.sweepNotInUse:
      return 'misuse/stale-sweep-entry';
    case FATAL.outOfMemory:
      if (operation.op !== 'malloc') return null;
      return operation.size > MAX_SMALL_SIZE ? 'misuse/no-memory-for-large' : 'misuse/no-memory-for-small';
    default:
      return null;
  }
}

function badSpecial(picture: Picture, operation: Operation): MisuseShape | null {
  if (operation.op !== 'addFinalizer' && operation.op !== 'setProfile') return null;
  switch (whereabouts(picture, operation.addr).what) {
    case 'below':
    case 'above':
      return 'misuse/special-outside';
    case 'stack':
      return 'misuse/special-on-stack';
    case 'free':
      return 'misuse/special-on-free-page';
    case 'past-limit':
      return 'misuse/special-past-limit';
    case 'object':
      return null;
  }
}

function outOfRange(known: Circumstances, operation: Operation): MisuseShape | null {
  const { picture, objects, caches, underWay } = known;
  switch (operation.op) {
    case 'alloc':
      if (!isCount(operation.npages, 1, MAX_REQUEST_PAGES)) return 'misuse/bad-count';
      return isCount(operation.sizeclass, 0, NUM_SIZE_CLASSES - 1) ? null : 'misuse/bad-class';
    case 'allocStack':
      return 'misuse/bad-count';
    case 'free':
    case 'freeStack':
      return badFree(picture, operation.op, operation.base);
    case 'tick':
      return isCount(operation.ns, 0) ? 'misuse/clock-overflow' : 'misuse/bad-time';
    case 'scavenge':
      return 'misuse/bad-time';
    case 'query':
      return 'misuse/bad-address';
    case 'addFinalizer':
    case 'removeFinalizer':
    case 'setProfile':
      if (!caches.has(operation.p)) return 'misuse/unknown-cache';
      if (!Number.isSafeInteger(operation.addr)) return 'misuse/bad-address';
      return busy(known, operation) ?? (underWay.length > 0 ? 'misuse/would-wait' : null);
    case 'malloc':
    case 'flush':
    case 'sweepone':
    case 'removeProc':
      return outOfCache(known, operation);
    case 'mark':
      if (!Number.isSafeInteger(operation.addr)) return 'misuse/bad-address';
      return objects.marking ? badMark(known, operation.addr) : 'misuse/no-cycle';
    case 'gcStart':
      return underWay.length > 0 ? 'misuse/begin-inside' : 'misuse/cycle-in-cycle';
    case 'gcEnd':
      return outOfCycle(known, operation.heapDistance);
    default:
      return null;
  }
}

function outOfCache(known: Circumstances, operation: CacheOperation): MisuseShape | null {
  const { caches } = known;
  if (!caches.has(operation.p)) return 'misuse/unknown-cache';
  const taken = busy(known, operation);
  if (taken !== null) return taken;
  if (operation.op === 'malloc') return 'misuse/bad-size';
  return operation.op === 'removeProc' && caches.size === 1 ? 'misuse/last-cache' : null;
}

/** Why there is no live object at an address. */
function badMark({ picture, objects }: Circumstances, addr: number): MisuseShape {
  if (whereabouts(picture, addr).what === 'past-limit') return 'misuse/mark-past-limit';
  return objects.spanAt(addr) === undefined ? 'misuse/mark-nothing' : 'misuse/mark-free-slot';
}

function outOfCycle({ objects, underWay }: Circumstances, heapDistance: number): MisuseShape {
  if (!isCount(heapDistance, 0)) return 'misuse/bad-distance';
  if (underWay.length > 0) return 'misuse/end-inside';
  return objects.marking ? 'misuse/span-of-no-objects' : 'misuse/no-cycle';
}

function busy({ underWay }: Circumstances, operation: { readonly p: number }): MisuseShape | null {
  const taken = underWay.some((outer) => 'p' in outer && outer.p === operation.p);
  return taken ? 'misuse/busy-cache' : null;
}

/** Why a span that is to be freed is none of the right kind. */
function badFree(picture: Picture, op: 'free' | 'freeStack', base: number): MisuseShape | null {
  const page = base / PAGE_SIZE;
  const span = picture.at(Math.floor(page));
  if (span === undefined) return 'misuse/free-outside';
  if (span.page !== page) return span.use === 'free' ? 'misuse/free-of-merged' : 'misuse/free-inside-span';
  if (op === 'free' && span.use === 'stack') return 'misuse/stack-freed-as-heap';
  return op === 'freeStack' && span.use === 'heap' ? 'misuse/heap-freed-as-stack' : null;
}

function isCount(value: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
