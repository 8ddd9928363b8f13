import {
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  type MallocOperation,
  type MallocResult,
  type Operation,
  type Statistics,
} from '../../spec/index.js';
import { ObjectLedger, type Placement } from '../objects/object-ledger.js';
import type { Swept } from '../objects/sweep-span.js';
import type { Claim, Outcome } from '../outcome.js';
import { BitArenas } from './arenas.js';
import { CacheSpans } from './caches.js';
import type { ShapeCounter } from './counter.js';
import { countAfterlife, countCycleEnd, countMark } from './cycles.js';
import { countMalloc, countTiny, type TinyBlock } from './mallocs.js';
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

  /** A claimed span is swept, and this says whether it goes back to the heap. */
  sweep(followed: Followed, { span: base, statistics }: Claim): boolean {
    const span = this.ledger.spanFrom(base);
    if (span === undefined) return false;
    const { operation, outcome, searched } = followed;
    const ids = span.ids.slice();
    const swept = this.ledger.sweep(base);
    if (swept === undefined) return false;
    const owed = statistics !== undefined && this.#credit.owes(followed, statistics);
    if (!owed) searched.push(swept);
    followed.preserved = !owed && outcome.claims.at(-1)?.span === base && takesOver(followed, swept);
    countSwept(this.#counter, swept, operation, followed.preserved);
    countAfterlife(this.#counter, swept, ids, this.#revived);
    this.#arenas.take(this.#counter, span.nelems);
    return span.used === 0 && !followed.preserved;
  }

  /** An operation has ended well; gives where an object was placed. */
  end(followed: Followed, before: CreditClues, after: Statistics): Placement | null {
    const { operation, outcome, searched, preserved } = followed;
    const counter = this.#counter;
    if (operation.op === 'mark') countMark(counter, this.ledger, operation.addr);
    const placed = this.ledger.apply(operation, outcome.result);
    // The ledger forgets a span that was emptied, also where its cache keeps it.
    const placement = placed && { ...placed, fresh: placed.fresh && !preserved };
    switch (operation.op) {
      case 'malloc':
        if (placement !== null) {
          this.#endMalloc(operation, outcome.result as MallocResult, placement, before, after);
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
        this.#caches.flush(counter, operation.p, this.#tiny.delete(operation.p));
        break;
      case 'removeProc':
        this.#caches.remove(counter, operation.p);
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
        break;
      default:
    }
    if (placement?.fresh === true) this.#countReclaim(placement.span.npages, searched, before, after);
    return placement;
  }

  #endMalloc(
    request: MallocOperation,
    result: MallocResult,
    placement: Placement,
    before: CreditClues,
    after: Statistics,
  ): void {
    const counter = this.#counter;
    const { span, fresh, part } = placement;
    const { p, size, scan } = request;
    const around = { marking: this.ledger.marking, bound: this.#bound };
    countMalloc(counter, request, result, placement, around);
    if (size < TINY_SIZE && scan === 0) {
      this.#tiny.set(p, countTiny(counter, this.#tiny.get(p), size, result.addr, part));
    }
    const took = !part && (span.sizeclass === 0 || this.#caches.takes(counter, p, placement));
    if (took) this.#credit.count(counter, placement, before, after);
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

/** Whether a cache takes a span that it has swept last, which the object that it gave tells. */
function takesOver({ operation, outcome: { result } }: Followed, { span }: Swept): boolean {
  if (operation.op !== 'malloc' || operation.size > MAX_SMALL_SIZE || span.sizeclass === 0) return false;
  if (typeof result !== 'object' || result === null || !('addr' in result)) return false;
  return result.addr >= span.base && result.addr < span.base + span.npages * PAGE_SIZE;
}

function hasScanned({ result }: Outcome): boolean {
  return typeof result === 'object' && result !== null && 'scanned' in result && result.scanned !== undefined;
}
