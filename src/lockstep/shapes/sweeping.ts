import {
  MAX_SMALL_SIZE,
  MIN_HEAP_DISTANCE,
  PAGE_SIZE,
  type Operation,
  type Statistics,
} from '../../spec/index.js';
import type { Placement } from '../objects/object-ledger.js';
import { classOf } from '../objects/object-span.js';
import type { Swept } from '../objects/sweep-span.js';
import type { Outcome } from '../outcome.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** Who sweeps a span, and what comes of it. */
const SWEEPING = shapes('sweeping', {
  'one-span': 'A single span is swept on request, and stays.',
  'gives-pages': 'A single span is swept on request, and its pages go back to the heap.',
  'nothing-left': 'A span is to be swept on request, and none is left.',
  emptied: 'The last object of a small span dies, and the span goes back to the heap.',
  'part-freed': 'Some objects of a small span die, and others live.',
  'nothing-freed': 'All objects of a small span live on.',
  'large-freed': 'A large object dies, and its span goes back to the heap.',
  'large-kept': 'A large object lives on.',
  preserved: 'A cache takes a span that it has swept itself.',
  'preserved-empty': 'A cache sweeps a span, of which every object dies, and takes it nevertheless.',
  'taken-from-full': 'A cache takes a span that was full until it was swept.',
  'still-full': 'A cache sweeps a full span of its class, and all objects in it live.',
  'for-special': 'A span is swept since a special record of an object in it is added or removed.',
});

/** How a heap looks for pages among what is not yet swept, before it gives any out (`mheap.go:495`). */
const RECLAIM = shapes('reclaim', {
  'exact-length': 'A dead large object of exactly as many pages as are asked for is found.',
  longer: 'A dead large object on more pages, with a busy list of its own length, is found.',
  'busy-large': 'A dead large object is found in the busy list of the longest.',
  'several-short': 'Several dead large objects are found that are shorter than what is asked for.',
  'any-span': 'The pages of small objects are found by sweeping one span after another.',
  everything: 'Everything is swept in search of pages.',
});

/** What allocation pays for sweeping, in proportion to its bytes. */
const CREDIT = shapes('credit', {
  paid: 'An allocation owes sweeping, and sweeps.',
  ahead: 'An allocation owes nothing, since enough has been swept already.',
  reimbursed: 'A cache takes a span with objects in it, and gets their bytes back.',
  ended: 'An allocation owes sweeping, and nothing is left to be swept.',
});

/** All shapes of sweeping. */
export const SWEEPING_SHAPES = [...SWEEPING, ...RECLAIM, ...CREDIT];

type SweepingShape = (typeof SWEEPING_SHAPES)[number]['name'];

/** Counts what a span's sweep comes to; `preserved` where a cache takes it at once. */
export function countSwept(
  tally: Tally<SweepingShape>,
  swept: Swept,
  operation: Operation,
  preserved: boolean,
): void {
  const { span, before } = swept;
  const wasFull = before === span.nelems;
  if (preserved) {
    tally.count('sweeping/preserved');
    if (span.used === 0) tally.count('sweeping/preserved-empty');
    if (wasFull) tally.count('sweeping/taken-from-full');
  } else {
    countFreed(tally, swept);
  }
  const { op } = operation;
  if (op === 'addFinalizer' || op === 'removeFinalizer' || op === 'setProfile') {
    tally.count('sweeping/for-special');
  }
  const wanted = op === 'malloc' && operation.size <= MAX_SMALL_SIZE ? classOf(operation.size) : 0;
  if (wanted > 0 && wanted === span.sizeclass && wasFull && span.used === before) {
    tally.count('sweeping/still-full');
  }
}

function countFreed(tally: Tally<SweepingShape>, { span, died }: Swept): void {
  const emptied = span.used === 0;
  if (span.sizeclass === 0) tally.count(emptied ? 'sweeping/large-freed' : 'sweeping/large-kept');
  else if (emptied) tally.count('sweeping/emptied');
  else tally.count(died.length > 0 ? 'sweeping/part-freed' : 'sweeping/nothing-freed');
}

/** Counts what a single sweep on request gave. */
export function countSweepone(tally: Tally<SweepingShape>, pages: number): void {
  if (pages > 0) tally.count('sweeping/gives-pages');
  else tally.count(pages === 0 ? 'sweeping/one-span' : 'sweeping/nothing-left');
}

/** Counts how `npages` were looked for among what was not yet swept. */
export function countReclaim(
  tally: Tally<SweepingShape>,
  npages: number,
  swept: readonly Swept[],
  bound: number,
  done: boolean,
): void {
  const last = swept.at(-1);
  if (last === undefined) return;
  if (done) tally.count('reclaim/everything');
  if (last.span.used > 0) return;
  if (last.span.sizeclass > 0) {
    tally.count('reclaim/any-span');
    return;
  }
  const found = last.span.npages;
  if (found === npages && found < bound) tally.count('reclaim/exact-length');
  else if (found >= bound) tally.count('reclaim/busy-large');
  else if (found > npages) tally.count('reclaim/longer');
  else if (swept.filter(({ span }) => span.sizeclass === 0 && span.used === 0).length > 1) {
    tally.count('reclaim/several-short');
  }
}

/** An operation, and what it came to. */
interface Asked {
  readonly operation: Operation;
  readonly outcome: Outcome;
}

/** Follows what allocation owes to sweeping. */
export class SweepCredit {
  /** Pages for each byte. */
  #ratio = 0;

  /** A cycle's marking has ended. */
  begin(heapDistance: number, { pagesInUse }: Statistics): void {
    this.#ratio = heapDistance === 0 ? 0 : pagesInUse / Math.max(heapDistance, MIN_HEAP_DISTANCE);
  }

  /**
   * Whether a span that has just been claimed is swept since that is owed: what is owed is paid before anything else,
   * and is fixed when the allocation begins.
   */
  owes({ operation, outcome }: Asked, { pagesSwept }: Statistics): boolean {
    if (this.#ratio === 0 || operation.op !== 'malloc') return false;
    const first = outcome.claims[0]?.statistics?.spanBytesAlloc ?? 0;
    const leave = operation.size > MAX_SMALL_SIZE ? Math.ceil(operation.size / PAGE_SIZE) : 0;
    return Math.trunc(this.#ratio * first) - pagesSwept > leave;
  }

  /** Counts what an allocation paid that took a span. */
  count(
    tally: Tally<SweepingShape>,
    { span }: Placement,
    before: Pick<Statistics, 'spanBytesAlloc' | 'pagesSwept' | 'sweepdone'>,
    after: Statistics,
  ): void {
    if (this.#ratio === 0) return;
    const bytes = span.npages * PAGE_SIZE;
    const leave = span.sizeclass === 0 ? span.npages : 0;
    const owed = Math.trunc(this.#ratio * (before.spanBytesAlloc + bytes)) - leave;
    tally.count(owed > before.pagesSwept ? 'credit/paid' : 'credit/ahead');
    if (after.spanBytesAlloc < before.spanBytesAlloc + bytes) tally.count('credit/reimbursed');
    if (owed > after.pagesSwept) {
      tally.count('credit/ended');
      this.#ratio = 0;
    }
  }
}
