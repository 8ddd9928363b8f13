import { PAGE_SIZE } from '../../spec/index.js';
import type {
  AllocOperation,
  FreeOperation,
  HeapConfig,
  MallocOperation,
  Operation,
  Statistics,
} from '../../spec/index.js';
import type { Placement } from '../objects/object-ledger.js';
import type { Swept } from '../objects/sweep-span.js';
import type { Claim, Outcome } from '../outcome.js';
import { countContents, countPlacement, countSearch } from './allocation.js';
import type { ShapeCounter } from './counter.js';
import { countAccount, countFreeing, countStack } from './freeing.js';
import { countFailure, countGrowth, countTables } from './growth.js';
import { countClaims, countInside, noNews, type News } from './insides.js';
import { countMisuse, type Circumstances } from './misuse.js';
import { ObjectTracker, type CreditClues, type Followed } from './object-tracker.js';
import { elementSize, bytesOf, Picture } from './picture.js';
import { countQuery } from './queries.js';
import { countReleasedReuse, countZeroing } from './reuse.js';
import { countKept, countRelease, countTrace } from './scavenging.js';
import { DIRT } from './span.js';
import type { Span } from './span.js';
import {
  countFinalizer,
  countFreedSpecials,
  countInherited,
  countProfile,
  countRemoval,
  isAdded,
} from './specials.js';

type Allocation = Extract<Operation, { op: 'alloc' | 'allocStack' }>;

/** The statistics that tell, by how they change, what happened inside a heap. */
type Clues = Pick<Statistics, 'allspans' | 'spansMapped' | 'finalizersInUse'> & CreditClues;

/**
 * Finds the shapes that a heap goes through, from its operations, their outcomes and its statistics alone, so that
 * any heap can be followed. What contradicts the picture so far, as the answers of a faulty heap may, is passed over.
 *
 * An operation costs a few steps, however large the heap is; only a scavenge looks at every free span.
 */
export class ShapeTracker {
  /** What the tracker knows of the arena. */
  readonly picture: Picture;
  readonly #counter: ShapeCounter;
  readonly #objects: ObjectTracker;
  readonly #caches: Set<number>;
  /** The operations that the one runs inside of that is being followed, the outermost first. */
  readonly #underWay: Operation[] = [];
  readonly #circumstances: Circumstances;
  /** The bases of the spans that are claimed and not yet swept. */
  readonly #claimed = new Set<number>();
  #clues: Clues = {
    allspans: 0,
    spansMapped: 0,
    finalizersInUse: 0,
    spanBytesAlloc: 0,
    pagesSwept: 0,
    sweepdone: 1,
  };
  /** What the operation that is being followed has done so far. */
  #news: News = noNews();
  #operations = 0;
  #dead = false;
  /** The page of growth in vain that the next request may find; -1 for none. */
  #pageInVain = -1;
  /** Pages of the last request that failed for want of memory; 0 where none failed since. */
  #failedPages = 0;

  constructor(config: HeapConfig, counter: ShapeCounter) {
    this.picture = new Picture(config);
    this.#counter = counter;
    this.#objects = new ObjectTracker(counter, config.maxHeapList);
    this.#caches = new Set(Array.from({ length: config.procs }, (_, p) => p));
    const { picture } = this;
    const { ledger: objects } = this.#objects;
    this.#circumstances = { picture, objects, caches: this.#caches, underWay: this.#underWay };
  }

  /** Follows the heap through one more operation; `statistics` are those after it. */
  observe(operation: Operation, outcome: Outcome, statistics: Statistics): void {
    if (this.#dead) return;
    this.#operations++;
    const { error } = outcome;
    if (error === undefined) this.#follow(operation, outcome, statistics);
    else countMisuse(this.#counter, this.#circumstances, operation, error);
    this.#dead ||= error?.kind === 'FatalError';
    this.#clues = statistics;
  }

  /** Follows an operation that ended well through all that ran inside of it, and all that it swept. */
  #follow(operation: Operation, outcome: Outcome, statistics: Statistics): void {
    this.#news = noNews();
    const before = this.#clues;
    const { claims } = outcome;
    const followed: Followed = { operation, outcome, searched: [], preserved: false, news: this.#news };
    this.#objects.begin(operation, outcome);
    if (claims.length > 0) {
      countClaims(this.#counter, operation, claims);
      for (const claim of claims) this.#followClaim(followed, claim);
    }
    const placement = this.#objects.end(followed, before, statistics);
    if (placement?.fresh === true && operation.op === 'malloc') {
      this.#observeFresh(operation, placement, outcome, statistics);
    }
    this.#observeDone(operation, outcome, statistics);
  }

  #followClaim(followed: Followed, claim: Claim): void {
    const { span, steps, statistics } = claim;
    const claimed = this.#objects.ledger.spanFrom(span);
    const search = this.#objects.isSearch(followed, claim);
    if (search) this.#moveBehind(span);
    if (statistics) this.#clues = statistics;
    this.#underWay.push(followed.operation);
    this.#claimed.add(span);
    const surroundings = { outer: followed.operation, claimed, made: new Set<number>() };
    for (const step of steps) {
      this.observe(step.operation, step.outcome, step.statistics);
      countInside(this.#counter, step, surroundings, this.#news);
      this.#news = followed.news;
      if (step.operation.op === 'addProc') surroundings.made.add(Number(step.outcome.result));
    }
    this.#claimed.delete(span);
    this.#underWay.pop();
    const swept = this.#objects.sweep(followed, claim, search);
    if (swept === undefined) return;
    followed.news.swept.push(swept);
    this.#settleSwept(swept, followed.preserved);
  }

  /** A search for pages goes through busy lists from the front, and puts what it claims at the back (`mheap.go:469`). */
  #moveBehind(base: number): void {
    const span = this.picture.startingAt(base / PAGE_SIZE);
    const list = span?.list;
    if (span === undefined || list === null || list === undefined || span.use !== 'heap') return;
    let first = list.first;
    while (first !== null && this.#claimed.has(first.page * PAGE_SIZE)) first = first.behind;
    if (first !== span) return;
    list.remove(span);
    list.insertBack(span);
  }

  #settleSwept({ span: { base, used, specials, sizeclass }, before }: Swept, preserved: boolean): void {
    const span = this.picture.startingAt(base / PAGE_SIZE);
    if (span === undefined) return;
    span.specials = new Map();
    for (const { offset, kind } of specials) {
      span.specials.set(offset, (span.specials.get(offset) ?? 0) | (1 << kind));
    }
    if (used === 0 && !preserved) this.#free(base, DIRT.some);
    else if (sizeclass > 0 && used < before) span.dirt = DIRT.some;
  }

  /** A small or a large object begins a span of its own: an allocation like any other, as far as pages go. */
  #observeFresh(
    { size, needzero }: MallocOperation,
    { span: { base, npages, sizeclass } }: Placement,
    outcome: Outcome,
    statistics: Statistics,
  ): void {
    const large = sizeclass === 0;
    const request: AllocOperation = { op: 'alloc', npages, sizeclass, large, needzero: needzero || !large };
    const zeroed = outcome.clears.some(([offset, bytes]) => offset === base && bytes === npages * PAGE_SIZE);
    this.#observeAllocation(request, { ...outcome, result: { base, zeroed } }, statistics);
    const span = this.picture.startingAt(base / PAGE_SIZE);
    if (large && span?.use === 'heap') span.objectBytes = size;
  }

  #free(base: number, dirt: number): void {
    const span = this.picture.startingAt(base / PAGE_SIZE);
    if (span === undefined || span.use === 'free') return;
    this.#news.freed.push({ base, end: base + bytesOf(span) });
    countFreedSpecials(this.#counter, span);
    countFreeing(this.#counter, this.picture, span);
    this.picture.release(span, dirt);
  }

  #observeDone(operation: Operation, outcome: Outcome, statistics: Statistics): void {
    const { picture } = this;
    const counter = this.#counter;
    switch (operation.op) {
      case 'alloc':
      case 'allocStack':
        this.#observeAllocation(operation, outcome, statistics);
        break;
      case 'free':
      case 'freeStack':
        this.#observeFree(operation);
        break;
      case 'tick':
        if (Number.isSafeInteger(operation.ns)) picture.clock += operation.ns;
        break;
      case 'scavenge':
        this.#observeScavenge(operation.limit, outcome);
        break;
      case 'freeOSMemory':
        this.#observeScavenge(-1, outcome);
        break;
      case 'query':
        countQuery(counter, picture, operation.addr);
        break;
      case 'addFinalizer':
        countFinalizer(counter, picture, operation.addr, isAdded(outcome));
        break;
      case 'removeFinalizer': {
        const removed = statistics.finalizersInUse < this.#clues.finalizersInUse;
        countRemoval(counter, picture, operation.addr, removed);
        break;
      }
      case 'setProfile':
        countProfile(counter, picture, operation.addr);
        break;
      case 'addProc':
        if (typeof outcome.result === 'number') this.#caches.add(outcome.result);
        break;
      case 'removeProc':
        this.#caches.delete(operation.p);
        break;
      default:
    }
  }

  #observeAllocation(operation: Allocation, outcome: Outcome, statistics: Statistics): void {
    const { npages } = operation;
    if (!Number.isInteger(npages) || npages < 1) return;
    const grew = this.#observeGrowth(operation, outcome);
    const failed = outcome.result === null;
    const splits = !failed && this.#observeSpan(operation, outcome, grew);
    if (failed) this.#observeFailure(npages, grew);
    this.#pageInVain = failed && grew ? this.picture.end - 1 : -1;
    const records = (grew ? 1 : 0) + (splits ? 1 : 0);
    countTables(this.#counter, records, grew, this.#clues, statistics);
  }

  /** Follows growth, and says whether there was any. */
  #observeGrowth(operation: Allocation, outcome: Outcome): boolean {
    let grew = false;
    for (const [call, offset, bytes] of outcome.sys) {
      if (call !== 'map' || !this.#mayMap(offset, bytes)) continue;
      countGrowth(this.#counter, this.picture, operation.npages, bytes / PAGE_SIZE);
      if (operation.op === 'allocStack') this.#counter.count('growth/for-stack');
      this.picture.map(bytes / PAGE_SIZE);
      grew = true;
    }
    return grew;
  }

  #mayMap(offset: number, bytes: number): boolean {
    const { end, config } = this.picture;
    const npages = bytes / PAGE_SIZE;
    return (
      offset === end * PAGE_SIZE &&
      Number.isInteger(npages) &&
      npages > 0 &&
      end + npages <= config.arenaPages
    );
  }

  #observeFailure(npages: number, grew: boolean): void {
    if (grew) {
      this.#counter.count('growth/in-vain');
    } else {
      countFailure(this.#counter, this.picture, npages);
      this.#failedPages = npages;
    }
  }

  /** Follows an allocation to its span, and says whether a free span was split for it. */
  #observeSpan(operation: Allocation, outcome: Outcome, grew: boolean): boolean {
    const { picture } = this;
    const counter = this.#counter;
    const { npages } = operation;
    const page = pageOf(outcome);
    const found = picture.at(page);
    if (found?.use !== 'free' || page + npages > found.page + found.npages) return false;

    const splits = found.npages > npages;
    if (!grew) countSearch(counter, picture, found, npages);
    countPlacement(counter, picture, found, npages);
    countReleasedReuse(counter, found, npages);
    this.#countRetry(found, npages);

    const span = picture.take(found, page, npages);
    this.#news.given = { base: page * PAGE_SIZE, end: (page + npages) * PAGE_SIZE };
    countInherited(counter, span);
    if (operation.op === 'alloc') this.#settleHeapSpan(span, operation, outcome);
    else this.#settleStack(span);
    return splits;
  }

  #countRetry(found: Span, npages: number): void {
    if (covers(found, this.#pageInVain)) this.#counter.count('growth/in-vain-then-found');
    if (this.#failedPages === 0 || npages < this.#failedPages) return;
    this.#counter.count('growth/recovered');
    this.#failedPages = 0;
  }

  #settleHeapSpan(span: Span, request: AllocOperation, outcome: Outcome): void {
    countZeroing(this.#counter, span.dirt, request.needzero, isZeroed(outcome));
    span.use = 'heap';
    span.dirt = DIRT.none;
    span.sizeclass = request.sizeclass;
    const size = elementSize(span);
    span.objectBytes = Math.floor(bytesOf(span) / size) * size;
    countContents(this.#counter, this.picture, span, request);
    if (request.large) this.picture.busy.of(span.npages).insertBack(span);
  }

  #settleStack(span: Span): void {
    span.use = 'stack';
    countStack(this.#counter, this.picture, span.npages);
  }

  #observeFree(operation: FreeOperation | Extract<Operation, { op: 'freeStack' }>): void {
    const span = this.picture.startingAt(operation.base / PAGE_SIZE);
    if (span === undefined || span.use === 'free') return;
    if (operation.op === 'free') countAccount(this.#counter, span, operation.acct !== 0);
    if (operation.op === 'freeStack') this.#free(operation.base, DIRT.some | DIRT.stack);
    else this.#free(operation.base, operation.needzero ? DIRT.some : DIRT.none);
  }

  #observeScavenge(limit: number, outcome: Outcome): void {
    const scavenge = { serial: this.#operations, limit };
    for (const [call, offset, bytes] of outcome.sys) {
      if (call !== 'unused') continue;
      const span = this.picture.at(Math.floor(offset / PAGE_SIZE));
      if (span?.use !== 'free') continue;
      countRelease(this.#counter, this.picture, scavenge, span, offset, bytes);
      span.npreleased = bytes / PAGE_SIZE;
      span.releasedIn = scavenge.serial;
    }
    const released = typeof outcome.result === 'number' ? outcome.result : 0;
    countKept(this.#counter, this.picture, scavenge, released);
    countTrace(this.#counter, outcome.prints.length);
  }
}

function covers(span: Span, page: number): boolean {
  return span.page <= page && page < span.page + span.npages;
}

/** The first page of the span that an allocation gave; NaN where it gave none. */
function pageOf({ result }: Outcome): number {
  if (typeof result !== 'object' || result === null || !('base' in result)) return NaN;
  const page = result.base / PAGE_SIZE;
  return Number.isInteger(page) ? page : NaN;
}

function isZeroed({ result }: Outcome): boolean {
  return typeof result === 'object' && result !== null && 'zeroed' in result && result.zeroed;
}
