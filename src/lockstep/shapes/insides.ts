import type { Operation } from '../../spec/index.js';
import { classOfRequest, type ObjectSpan } from '../objects/object-span.js';
import type { Swept } from '../objects/sweep-span.js';
import type { Claim, NestedStep } from '../outcome.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** Operations that run when a span has been claimed for sweeping, inside of another one. */
const INSIDE = shapes('inside', {
  malloc: 'An object is allocated inside of another operation.',
  'same-class': 'An object of the size class of the claimed span is allocated, from another one.',
  'refill-same-class': 'A cache takes a span of the size class of the claimed one.',
  'two-refills': 'A cache takes a span of the class for which another one looks, and is sweeping one.',
  'walk-again': 'A cache takes a span that has got room only while the cache swept a full one.',
  'takes-neighbour': 'Pages next to the claimed span are given out.',
  'frees-neighbour': 'A span next to the claimed one goes back to the heap.',
  sweeps: 'Another span is swept inside of another operation.',
  'sweeps-same-class': 'Another span of the size class of the claimed one is swept.',
  'two-deep': 'An operation runs inside of one that runs inside of another.',
  'several-claims': 'Something runs at several claims of one operation.',
  refused: 'An operation is refused inside of another one.',
  flush: 'A cache is flushed inside of another operation.',
  'flush-same-class': 'A cache is flushed that has a span of the size class of the claimed one.',
  'cache-added': 'A cache is made inside of another operation.',
  'new-cache': 'A cache is made, and allocates before the claimed span is swept.',
  'cache-removed': 'A cache is removed inside of another operation.',
  'removed-same-class': 'A cache is removed that has a span of the size class of the claimed one.',
  stack: 'A stack is allocated inside of another operation.',
  scavenge: 'Pages are released inside of another operation.',
  query: 'An address in the claimed span is looked up.',
  'in-sweepone': 'Something runs inside of the sweep of a single span.',
  'in-malloc': 'Something runs inside of the allocation of an object.',
});

/** All shapes of operations inside of others. */
export const INSIDE_SHAPES = INSIDE;

type InsideShape = (typeof INSIDE)[number]['name'];

/** Counts that something runs at the claims of an operation. */
export function countClaims(tally: Tally<InsideShape>, operation: Operation, claims: readonly Claim[]): void {
  const visited = claims.filter(({ steps }) => steps.length > 0);
  if (visited.length === 0) return;
  if (visited.length > 1) tally.count('inside/several-claims');
  if (operation.op === 'sweepone') tally.count('inside/in-sweepone');
  if (operation.op === 'malloc') tally.count('inside/in-malloc');
}

/** A range of pages: its first byte, and the one behind its last. */
export interface Pages {
  readonly base: number;
  readonly end: number;
}

/** What an operation did. */
export interface News {
  /** The span that it gave out. */
  given: Pages | null;
  /** The spans that went back to the heap. */
  readonly freed: Pages[];
  /** What it swept. */
  readonly swept: Swept[];
  /** The size class of the span that a cache took; 0 where none did. */
  took: number;
  /** The size classes of the spans that a cache gave back. */
  returned: readonly number[];
}

/** Nothing so far. */
export function noNews(): News {
  return { given: null, freed: [], swept: [], took: 0, returned: [] };
}

/** Where an operation ran inside of another one. */
export interface Surroundings {
  /** The operation that it ran inside of. */
  readonly outer: Operation;
  /** The span that was claimed, as far as it holds objects. */
  readonly claimed: ObjectSpan | undefined;
  /** The numbers of the caches that were made at the same claim. */
  readonly made: ReadonlySet<number>;
}

/** Counts an operation that ran when a span had been claimed. */
export function countInside(
  tally: Tally<InsideShape>,
  step: NestedStep,
  { outer, claimed, made }: Surroundings,
  news: News,
): void {
  const { operation, outcome } = step;
  if (outcome.error !== undefined) {
    tally.count('inside/refused');
    return;
  }
  if (outcome.claims.length > 0) tally.count('inside/sweeps');
  if (outcome.claims.some(({ steps }) => steps.length > 0)) tally.count('inside/two-deep');
  switch (operation.op) {
    case 'malloc':
      tally.count('inside/malloc');
      if (claimed && claimed.sizeclass > 0 && classOfRequest(operation) === claimed.sizeclass) {
        tally.count('inside/same-class');
      }
      if (made.has(operation.p)) tally.count('inside/new-cache');
      break;
    case 'flush':
      tally.count('inside/flush');
      break;
    case 'addProc':
      tally.count('inside/cache-added');
      break;
    case 'removeProc':
      tally.count('inside/cache-removed');
      break;
    case 'allocStack':
      tally.count('inside/stack');
      break;
    case 'scavenge':
    case 'freeOSMemory':
      tally.count('inside/scavenge');
      break;
    case 'query':
      if (claimed && isIn(claimed, operation.addr)) tally.count('inside/query');
      break;
    default:
  }
  if (claimed === undefined) return;
  const { given, freed } = news;
  if (given && touches(given, claimed)) tally.count('inside/takes-neighbour');
  if (freed.some((pages) => touches(pages, claimed))) tally.count('inside/frees-neighbour');
  if (claimed.sizeclass > 0) countSameClass(tally, operation, outer, claimed.sizeclass, news);
}

/** Counts what an operation did to spans of the class of the span that was claimed. */
function countSameClass(
  tally: Tally<InsideShape>,
  { op }: Operation,
  outer: Operation,
  sizeclass: number,
  { swept, took, returned }: News,
): void {
  if (swept.some(({ span }) => span.sizeclass === sizeclass)) tally.count('inside/sweeps-same-class');
  if (took === sizeclass) {
    tally.count('inside/refill-same-class');
    if (outer.op === 'malloc' && classOfRequest(outer) === sizeclass) tally.count('inside/two-refills');
  }
  if (returned.includes(sizeclass)) {
    tally.count(op === 'flush' ? 'inside/flush-same-class' : 'inside/removed-same-class');
  }
}

function isIn({ base, end }: Pages, addr: number | undefined): boolean {
  return addr !== undefined && addr >= base && addr < end;
}

function touches(a: Pages, b: Pages): boolean {
  return a.end === b.base || b.end === a.base;
}
