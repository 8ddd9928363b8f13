import type { Operation } from '../../spec/index.js';
import { classOf, type ObjectSpan } from '../objects/object-span.js';
import type { Claim, NestedStep } from '../outcome.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** Operations that run when a span has been claimed for sweeping, inside of another one. */
const INSIDE = shapes('inside', {
  malloc: 'An object is allocated inside of another operation.',
  'same-class': 'An object of the size class of the claimed span is allocated, from another one.',
  'takes-neighbour': 'Pages next to the claimed span are given out.',
  'frees-neighbour': 'A span next to the claimed one goes back to the heap.',
  sweeps: 'Another span is swept inside of another operation.',
  'two-deep': 'An operation runs inside of one that runs inside of another.',
  'several-claims': 'Something runs at several claims of one operation.',
  refused: 'An operation is refused inside of another one.',
  flush: 'A cache is flushed inside of another operation.',
  'cache-added': 'A cache is made inside of another operation.',
  'cache-removed': 'A cache is removed inside of another operation.',
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

/** What an operation did to pages. */
export interface PageNews {
  /** The span that it gave out. */
  readonly given: Pages | null;
  /** The spans that went back to the heap. */
  readonly freed: readonly Pages[];
}

/** Counts an operation that ran when `claimed` had been claimed. */
export function countInside(
  tally: Tally<InsideShape>,
  step: NestedStep,
  claimed: ObjectSpan | undefined,
  { given, freed }: PageNews,
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
      if (claimed && claimed.sizeclass > 0 && classOf(operation.size) === claimed.sizeclass) {
        tally.count('inside/same-class');
      }
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
  if (given && touches(given, claimed)) tally.count('inside/takes-neighbour');
  if (freed.some((pages) => touches(pages, claimed))) tally.count('inside/frees-neighbour');
}

function isIn({ base, end }: Pages, addr: number | undefined): boolean {
  return addr !== undefined && addr >= base && addr < end;
}

function touches(a: Pages, b: Pages): boolean {
  return a.end === b.base || b.end === a.base;
}
