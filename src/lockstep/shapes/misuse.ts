import { FATAL, MAX_REQUEST_PAGES, NUM_SIZE_CLASSES, PAGE_SIZE } from '../../spec/index.js';
import type { Operation } from '../../spec/index.js';
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
  },
  ['clock-overflow'],
);

/** All shapes of misuse. */
export const MISUSE_SHAPES = MISUSE;

type MisuseShape = (typeof MISUSE)[number]['name'];

/** Counts why a heap refused `operation`, which has changed nothing that the picture shows. */
export function countMisuse(
  tally: Tally<MisuseShape>,
  picture: Picture,
  operation: Operation,
  refusal: OutcomeError,
): void {
  const shape = misuse(picture, operation, refusal);
  if (shape !== null) tally.count(shape);
}

function misuse(picture: Picture, operation: Operation, refusal: OutcomeError): MisuseShape | null {
  switch (refusal.kind) {
    case 'FatalError':
      return fatal(picture, operation, refusal.message);
    case 'TypeError':
      return 'misuse/bad-type';
    case 'RangeError':
      return outOfRange(picture, operation);
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

function outOfRange(picture: Picture, operation: Operation): MisuseShape | null {
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
      if (!isCount(operation.p, 0, picture.config.procs - 1)) return 'misuse/unknown-cache';
      return Number.isSafeInteger(operation.addr) ? null : 'misuse/bad-address';
    default:
      return null;
  }
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
