import {
  TINY_SIZE,
  type MallocOperation,
  type MallocResult,
  type Operation,
  type Statistics,
} from '../../spec/index.js';
import { classOfRequest, type ObjectSpan } from '../objects/object-span.js';
import { ObjectLedger, type Placement } from '../objects/object-ledger.js';
import type { Swept } from '../objects/sweep-span.js';
import type { Claim, Outcome } from '../outcome.js';
import { BitArenas } from './arenas.js';
import { CacheSpans } from './caches.js';
import type { ShapeCounter } from './counter.js';
import { countAfterlife, countApart, countCycleEnd, countMark } from './cycles.js';
import type { News } from './insides.js';
import { countMalloc, countTiny, type TinyBlock } from './mallocs.js';
import { countCut, isAdded } from './specials.js';
import { countReclaim, countSwept, countSweepone, SweepCredit } from './sweeping.js';

/** The statistics before an operation that tell what it paid for sweeping. */
export type CreditClues = Pick<Statistics, 'spanBytesAlloc' | 'pagesSwept' | 'sweepdone'>;

/** An operation that is being followed. */
export interface Followed {
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** The spans that it has swept so far in search of pages, and not since it owed that. */
  readonly searched: Swept[];
  /** Whether a cache has taken over the span that it swept last. */
  preserved: boolean;
  /** What it has done so far. */
  readonly news: News;
}

/** Finds the shapes of objects, caches and cycles that a heap goes through, from outcomes and statistics alone. */
export class ObjectTracker {
  readonly ledger = new ObjectLedger();
  readonly #counter: ShapeCounter;
  /** Spans of fewer pages have a busy list of their own length. */
  readonly #bound: number;
  readonly #caches = new CacheSpans();
  readonly #tiny = new Map<number, TinyBlock>();
  readonly #arenas = new BitArenas();
  readonly #credit = new SweepCredit();
  /** The objects that were revived by their finalizers. */
  readonly #revived = new Set<number>();
  #cycles = 0;

  constructor(counter: ShapeCounter, bound: number) {
    this.#counter = counter;
    this.#bound = bound;
  }

  /** An operation has begun that will end well: what it does before it sweeps. */
  begin(operation: Operation, { claims }: Outcome): void {
    if (operation.op === 'gcEnd') {
      countCycleEnd(this.#counter, this.ledger, operation.heapDistance);
      this.ledger.endMarking();
      this.#tiny.clear();
      this.#caches.flushAll();
    }
    if (operation.op === 'gcStart' && claims.length > 0) this.#counter.count('cycle/finishes-sweeping');
  }

  /** Whether a span that has just been claimed is swept in search of pages or slots, not since sweeping is owed. */
  isSearch(followed: Followed, { statistics }: Claim): boolean {
    const { op } = followed.operation;
    if (op !== 'malloc' && op !== 'alloc') return false;
    return statistics === undefined || !this.#credit.owes(followed, statistics);
  }

  /** A claimed span is swept. */
  sweep(followed: Followed, { span: base }: Claim, search: boolean): Swept | undefined {
    const span = this.ledger.spanFrom(base);
    if (span === undefined) return undefined;
    const { operation, outcome, searched } = followed;
    const ids = span.ids.slice();
    countApart(this.#counter, span);
    const swept = this.ledger.sweep(base);
    if (swept === undefined) return undefined;
    if (search) searched.push(swept);
    followed.preserved = search && outcome.claims.at(-1)?.span === base && takesOver(followed, swept);
    countSwept(this.#counter, swept, operation, followed.preserved);
    countAfterlife(this.#counter, swept, ids, this.#revived);
    this.#arenas.take(this.#counter, span.nelems);
    return swept;
  }

  /** An operation has ended well; gives where an object was placed. */
  end(followed: Followed, before: CreditClues, after: Statistics): Placement | null {
    const { operation, outcome, searched, preserved, news } = followed;
    const counter = this.#counter;
    if (operation.op === 'mark') countMark(counter, this.ledger, operation.addr);
    const placed = this.ledger.apply(operation, outcome.result);
    // The ledger forgets a span that was emptied, also where its cache keeps it.
    const placement = placed && { ...placed, fresh: placed.fresh && !preserved };
    switch (operation.op) {
      case 'malloc':
        if (placement !== null) {
          this.#endMalloc(followed, operation, placement, before, after);
        }
        break;
      case 'gcStart':
        counter.count(this.#cycles++ === 0 ? 'cycle/first' : 'cycle/again');
        this.#arenas.nextEpoch();
        break;
      case 'gcEnd':
        this.#credit.begin(operation.heapDistance, after);
        break;
      case 'flush':
        news.returned = this.#caches.flush(counter, operation.p, this.#tiny.delete(operation.p));
        break;
      case 'removeProc':
        news.returned = this.#caches.remove(counter, operation.p);
        this.#tiny.delete(operation.p);
        break;
      case 'addProc':
        counter.count('caches/added');
        break;
      case 'sweepone':
        countSweepone(counter, Number(outcome.result));
        break;
      case 'allocStack':
        if (this.ledger.marking && outcome.result !== null) counter.count('cycle/stack-while-marking');
        break;
      case 'alloc':
        this.#countReclaim(operation.npages, searched, before, after);
        break;
      case 'addFinalizer':
        if (this.ledger.marking && hasScanned(outcome)) counter.count('cycle/finalizer-while-marking');
        if (isAdded(outcome)) countCut(counter, this.ledger, operation.addr);
        break;
      case 'setProfile':
        countCut(counter, this.ledger, operation.addr);
        break;
      default:
    }
    if (placement?.fresh === true) this.#countReclaim(placement.span.npages, searched, before, after);
    return placement;
  }

  #endMalloc(
    { outcome, searched, news }: Followed,
    request: MallocOperation,
    placement: Placement,
    before: CreditClues,
    after: Statistics,
  ): void {
    const counter = this.#counter;
    const result = outcome.result as MallocResult;
    const { span, fresh, part } = placement;
    const { p, size } = request;
    const around = { marking: this.ledger.marking, bound: this.#bound };
    countMalloc(counter, request, result, placement, around);
    if (isTiny(request)) {
      this.#tiny.set(p, countTiny(counter, this.#tiny.get(p), size, result.addr, part));
    }
    const took = !part && (span.sizeclass === 0 || this.#caches.takes(counter, p, placement));
    if (took) this.#credit.count(counter, placement, before, after);
    if (took) news.took = span.sizeclass;
    if (took && !fresh && tookWhatGotRoom(span, searched)) counter.count('inside/walk-again');
    if (fresh) {
      this.#arenas.take(counter, span.nelems);
      this.#arenas.take(counter, span.nelems);
    }
  }

  #countReclaim(npages: number, searched: readonly Swept[], before: CreditClues, after: Statistics): void {
    const done = before.sweepdone === 0 && after.sweepdone === 1;
    countReclaim(this.#counter, npages, searched, this.#bound, done);
  }
}

/** Whether a cache takes a span that it did not sweep, though it has swept a full one in search of a free slot. */
function tookWhatGotRoom(taken: ObjectSpan, searched: readonly Swept[]): boolean {
  const ofClass = searched.filter(({ span }) => span.sizeclass === taken.sizeclass);
  return (
    ofClass.some(({ span, before }) => before === span.nelems) &&
    ofClass.every(({ span }) => span.base !== taken.base)
  );
}

/** Whether a cache takes a span that it has swept last, which the object that it gave tells. */
function takesOver({ operation, outcome: { result } }: Followed, { span }: Swept): boolean {
  if (operation.op !== 'malloc' || span.sizeclass === 0) return false;
  if (span.sizeclass !== classOfRequest(operation)) return false;
  if (typeof result !== 'object' || result === null || !('addr' in result)) return false;
  return result.addr >= span.base && result.addr < span.end;
}

function isTiny({ size, scan }: MallocOperation): boolean {
  return size < TINY_SIZE && scan === 0;
}

function hasScanned({ result }: Outcome): boolean {
  return typeof result === 'object' && result !== null && 'scanned' in result && result.scanned !== undefined;
}
