import {
  KIND_SPECIAL_FINALIZER,
  KIND_SPECIAL_PROFILE,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  TINY_SIZE_CLASS,
  type MallocOperation,
  type MallocResult,
  type Operation,
  type OperationResult,
} from '../../spec/index.js';
import { WordMap } from '../memory/word-map.js';
import type { Outcome, QueuedFinalizer, FreedProfile } from '../outcome.js';
import { sameData } from '../diff.js';
import { Accounts } from './accounts.js';
import { classOf, ObjectSpan, pagesOfClass } from './object-span.js';
import { sweepSpan, type Swept } from './sweep-span.js';

/** Where an object was placed. */
export interface Placement {
  readonly span: ObjectSpan;
  readonly slot: number;
  /** The span's `freeindex` before: the search for a free slot begins there. */
  readonly from: number;
  /** Whether it is the first object of its span, which the ledger did not know before. */
  readonly fresh: boolean;
  /** Whether it is a tiny object in a block that was there before. */
  readonly part: boolean;
}

/** What sweeping does to the host. */
export type SweepEffects = Pick<Outcome, 'claims' | 'finalizers' | 'profiles'>;

/** Of more problems only so many are kept: the first tells most. */
const MOST_PROBLEMS = 8;

/**
 * Keeps account of the objects that a program has, from outcomes alone: which are live, which are marked, what hangs
 * on them, and what the sweeping of a span must do. It is exact, since every claim for sweeping is told.
 *
 * An operation costs a few steps, and a sweep some for each slot of its span.
 */
export class ObjectLedger {
  /** What no heap may do when it places objects, in sentences. */
  readonly misplaced: string[] = [];
  /** How what sweeping queued and reported differs from what it should have, in sentences. */
  readonly misswept: string[] = [];
  readonly accounts = new Accounts();
  /** Whether objects are being marked. */
  marking = false;
  /** Cycles that have ended their marking. */
  cycle = 0;
  /**
   * Whether a special record was added where no object span is known: it stays on the record of its span and may come
   * to light in a later life of that, which the ledger does not follow.
   */
  stray = false;
  private readonly pages = new WordMap();
  private readonly byNumber: (ObjectSpan | undefined)[] = [undefined];
  private readonly byBase = new Map<number, ObjectSpan>();
  private lastId = 0;

  /** All spans in which there are objects, in no order. */
  get spans(): Iterable<ObjectSpan> {
    return this.byBase.values();
  }

  get isEmpty(): boolean {
    return this.byBase.size === 0;
  }

  /** The span with objects that an address lies in. */
  spanAt(addr: number): ObjectSpan | undefined {
    return addr >= 0 ? this.byNumber[this.pages.get(Math.floor(addr / PAGE_SIZE))] : undefined;
  }

  /** The span with objects that begins at an address. */
  spanFrom(base: number): ObjectSpan | undefined {
    return this.byBase.get(base);
  }

  /** The spans with objects on some page of a range of bytes. */
  spansIn(offset: number, bytes: number): ObjectSpan[] {
    const found: ObjectSpan[] = [];
    const end = Math.ceil((offset + bytes) / PAGE_SIZE);
    let page = this.pages.firstOther(Math.floor(offset / PAGE_SIZE), end, 0);
    while (page >= 0) {
      const span = this.spanAt(page * PAGE_SIZE);
      if (span) found.push(span);
      page = this.pages.firstOther(span ? span.end / PAGE_SIZE : page + 1, end, 0);
    }
    return found;
  }

  /** Whether a span has not been swept since the last cycle's marks were set. */
  isUnswept(span: ObjectSpan): boolean {
    return span.cycle < this.cycle;
  }

  /** Follows a heap through a whole operation that ended well, with those that ran inside of it. */
  observe(operation: Operation, result: OperationResult, effects: SweepEffects): void {
    if (operation.op === 'gcEnd') this.endMarking();
    if (effects.claims.length > 0 || effects.finalizers.length > 0 || effects.profiles.length > 0) {
      this.observeSweeps(effects);
    }
    this.apply(operation, result);
  }

  private observeSweeps({ claims, finalizers, profiles }: SweepEffects): void {
    const queued: QueuedFinalizer[] = [];
    const freed: FreedProfile[] = [];
    for (const { span, steps } of claims) {
      for (const { operation, outcome } of steps) {
        if (outcome.error === undefined) this.observe(operation, outcome.result, outcome);
      }
      const swept = this.sweep(span);
      if (swept === undefined) continue;
      queued.push(...swept.finalizers);
      freed.push(...swept.profiles);
    }
    this.compare('finalizers', queued, finalizers);
    this.compare('profiles', freed, profiles);
  }

  /** Notes what an operation gave that did not end in an error, after all sweeping that it did. */
  apply(operation: Operation, result: OperationResult): Placement | null {
    switch (operation.op) {
      case 'malloc':
        return isMallocResult(result) ? this.place(operation, result) : null;
      case 'mark':
        this.mark(operation.addr);
        return null;
      case 'gcStart':
        this.startMarking();
        return null;
      case 'alloc':
      case 'allocStack':
        this.checkPages(operation.npages, result);
        break;
      case 'addFinalizer': {
        const added = typeof result === 'object' && result !== null && 'added' in result && result.added;
        if (added) this.addSpecial(operation.addr, KIND_SPECIAL_FINALIZER, operation.id);
        if (added && this.marking) this.accounts.lookups++;
        return null;
      }
      case 'setProfile':
        this.addSpecial(operation.addr, KIND_SPECIAL_PROFILE, operation.id);
        return null;
      case 'removeFinalizer':
        this.removeFinalizer(operation.addr);
        return null;
      default:
    }
    this.accounts.note(operation, result);
    return null;
  }

  /** A cycle begins: everything has been swept. */
  startMarking(): void {
    this.marking = true;
    this.accounts.bytesMarked = 0;
  }

  /** Marking ends: what has no mark dies when its span is swept. */
  endMarking(): void {
    this.marking = false;
    this.cycle++;
    this.accounts.endCycle();
  }

  /** Sweeps a span, if there are objects in it, and says what comes of it. */
  sweep(base: number): Swept | undefined {
    const span = this.byBase.get(base);
    if (span === undefined) return undefined;
    const swept = sweepSpan(span, this.cycle);
    this.accounts.noteSwept(swept);
    if (span.used === 0) this.forget(span);
    return swept;
  }

  private place(request: MallocOperation, { addr, zeroed }: MallocResult): Placement | null {
    const { size, scan } = request;
    if (size > MAX_SMALL_SIZE) return this.placeLarge(request, addr);
    const tiny = size < TINY_SIZE && scan === 0;
    const sizeclass = tiny ? TINY_SIZE_CLASS : classOf(size);
    const known = this.spanAt(addr);
    const span = known ?? this.begin(addr, sizeclass, pagesOfClass(sizeclass));
    if (span === null) return null;
    if (span.sizeclass !== sizeclass) {
      return this.misplace(size, addr, `lies in the span @${span.base} of objects of ${span.elemsize} bytes`);
    }
    const slot = span.slotOf(addr);
    if (tiny && !zeroed) return this.placePart(request, span, slot, addr);
    if (slot >= span.nelems || span.addressOf(slot) !== addr) {
      return this.misplace(size, addr, `is no object of the span @${span.base}`);
    }
    if (span.ids[slot] !== 0) {
      return this.misplace(size, addr, 'is in use');
    }
    const from = span.freeindex;
    this.take(span, slot, request);
    if (tiny) span.parts.set(slot, [[0, size]]);
    return { span, slot, from, fresh: known === undefined, part: false };
  }

  private placePart(
    { size }: MallocOperation,
    span: ObjectSpan,
    slot: number,
    addr: number,
  ): Placement | null {
    const parts = span.parts.get(slot);
    if (parts === undefined || span.ids[slot] === 0) {
      return this.misplace(size, addr, 'lies in no open block of tiny objects');
    }
    const from = addr - span.addressOf(slot);
    const to = from + size;
    if (to > TINY_SIZE || parts.some((part) => from < part[1] && part[0] < to)) {
      return this.misplace(size, addr, `lies across others of its block`);
    }
    parts.push([from, to]);
    this.accounts.noteTinyPart();
    return { span, slot, from: span.freeindex, fresh: false, part: true };
  }

  private placeLarge(request: MallocOperation, addr: number): Placement | null {
    const span = this.begin(addr, 0, Math.ceil(request.size / PAGE_SIZE));
    if (span === null) return null;
    this.take(span, 0, request);
    return { span, slot: 0, from: 0, fresh: true, part: false };
  }

  private take(span: ObjectSpan, slot: number, { scan }: MallocOperation): void {
    span.ids[slot] = ++this.lastId;
    span.used++;
    span.freeindex = slot + 1;
    this.accounts.noteObject(span, scan);
    if (this.marking) this.markSlot(span, slot);
  }

  /** A span with objects begins at an address. */
  private begin(base: number, sizeclass: number, npages: number): ObjectSpan | null {
    const page = base / PAGE_SIZE;
    if (!Number.isInteger(page) || page < 0) {
      return this.misplace(npages * PAGE_SIZE, base, 'lies in no known span, and begins none');
    }
    const taken = this.pages.firstOther(page, page + npages, 0);
    if (taken >= 0) {
      return this.misplace(npages * PAGE_SIZE, base, `overlaps the span of objects on page ${taken}`);
    }
    const span = new ObjectSpan(base, sizeclass, npages, this.cycle);
    this.pages.fill(page, page + npages, this.byNumber.length);
    this.byNumber.push(span);
    this.byBase.set(base, span);
    return span;
  }

  private forget(span: ObjectSpan): void {
    const page = span.base / PAGE_SIZE;
    this.byNumber[this.pages.get(page)] = undefined;
    this.pages.fill(page, page + span.npages, 0);
    this.byBase.delete(span.base);
  }

  private mark(addr: number): void {
    const span = this.spanAt(addr);
    const slot = span?.slotOf(addr) ?? 0;
    if (span && slot < span.nelems) this.markSlot(span, slot);
  }

  private markSlot(span: ObjectSpan, slot: number): void {
    if (span.marks[slot] !== 0) return;
    span.marks[slot] = 1;
    this.accounts.bytesMarked += span.elemsize;
  }

  private addSpecial(addr: number, kind: number, id: number): void {
    const span = this.spanAt(addr);
    if (span === undefined) {
      this.stray = true;
      return;
    }
    // The whole offset is compared with the 16 bits that are kept of others.
    const whole = addr - span.base;
    const { specials } = span;
    const at = specials.findIndex(
      (other) => other.offset > whole || (other.offset === whole && other.kind >= kind),
    );
    specials.splice(at < 0 ? specials.length : at, 0, { offset: whole & 0xffff, kind, id });
  }

  private removeFinalizer(addr: number): void {
    const span = this.spanAt(addr);
    if (span === undefined) return;
    const offset = addr - span.base;
    const at = span.specials.findIndex(
      (special) => special.offset === offset && special.kind === KIND_SPECIAL_FINALIZER,
    );
    if (at >= 0) span.specials.splice(at, 1);
  }

  /** Pages that are given out for something else must hold no objects. */
  private checkPages(npages: number, result: OperationResult): void {
    if (this.byBase.size === 0 || typeof result !== 'object' || result === null || !('base' in result)) {
      return;
    }
    const page = result.base / PAGE_SIZE;
    const taken = this.pages.firstOther(page, page + npages, 0);
    if (taken >= 0) {
      this.misplace(npages * PAGE_SIZE, result.base, `overlaps the span of objects on page ${taken}`);
    }
  }

  private misplace(bytes: number, addr: number, how: string): null {
    if (!this.stray && this.misplaced.length < MOST_PROBLEMS) {
      this.misplaced.push(`what was given out @${addr} (${bytes} bytes) ${how}`);
    }
    return null;
  }

  private compare(what: string, expected: readonly unknown[], actual: readonly unknown[]): void {
    if (this.stray || sameData(expected, actual) || this.misswept.length >= MOST_PROBLEMS) return;
    const [wanted, found] = [expected, actual].map((list) => JSON.stringify(list));
    this.misswept.push(`sweeping reported the ${what} ${found} instead of ${wanted}`);
  }
}

function isMallocResult(result: OperationResult): result is MallocResult {
  return typeof result === 'object' && result !== null && 'addr' in result;
}
