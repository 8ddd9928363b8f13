import type { MallocOperation, MallocResult, Operation, OperationResult } from '../../spec/index.js';
import { ObjectLedger, type Placement } from '../objects/object-ledger.js';
import { NEVER_ALLOCATED, type ObjectSpan } from '../objects/object-span.js';
import type { Clear } from '../outcome.js';
import type { Memory } from './memory.js';
import { patternOf } from './pattern.js';

/**
 * The objects of a program that uses its memory: each is filled with a pattern of its own, up to the last byte of its
 * slot, and looked at again when its finalizer is queued, when the sweep of its span is about to begin in which it
 * dies, and at the end. Until then nothing else may lie on its bytes.
 */
export class ObjectMemory {
  private readonly ledger = new ObjectLedger();
  private readonly memory: Memory;
  private readonly problems: string[];
  /** The number of the tiny object that begins at an address. */
  private readonly tiny = new Map<number, number>();
  private tinyObjects = 0;

  constructor(memory: Memory, problems: string[]) {
    this.memory = memory;
    this.problems = problems;
  }

  /** Marking ends, before anything is swept. */
  endMarking(): void {
    this.ledger.endMarking();
  }

  /** A span is about to be swept: what dies in it is looked at for the last time. */
  sweep(base: number): void {
    const span = this.ledger.spanFrom(base);
    if (span === undefined) return;
    const ids = span.ids.slice();
    const parts = new Map(span.parts);
    for (const slot of this.ledger.sweep(base)?.died ?? []) {
      this.verifySlot(span, slot, ids[slot], parts, 'when it died');
      for (const [from] of parts.get(slot) ?? []) this.tiny.delete(span.addressOf(slot) + from);
    }
  }

  /** A finalizer is queued: its object must be there as it was, since the finalizer may look at it. */
  queued(addr: number): void {
    const span = this.ledger.spanAt(addr);
    const slot = span?.slotOf(addr) ?? 0;
    if (span && slot < span.nelems && span.ids[slot] !== 0) {
      this.verifySlot(span, slot, span.ids[slot], span.parts, 'when its finalizer was queued');
    }
  }

  /** Follows an operation that ended well; gives where an object was placed, if one was. */
  apply(operation: Operation, result: OperationResult): Placement | null {
    const placement = this.ledger.apply(operation, result);
    this.problems.push(...this.ledger.misplaced.splice(0).map((how) => `give out memory wrongly: ${how}`));
    return placement;
  }

  /** Uses a new object: checks that it is zero where that was asked for, and fills it. */
  use(
    request: MallocOperation,
    { addr, zeroed }: MallocResult,
    place: Placement,
    clears: readonly Clear[],
  ): void {
    const { span, slot, part } = place;
    const bytes = part ? request.size : span.elemsize;
    this.checkCleared(addr, zeroed, place, clears);
    const dirty = request.needzero && !span.hidesDirt ? this.memory.firstOther(addr, bytes, 0) : -1;
    if (dirty >= 0) {
      const byte = this.memory.at(dirty);
      this.problems.push(`give out ${bytes} bytes @${addr}, zeroed: the byte @${dirty} is ${byte}`);
    }
    if (span.parts.has(slot)) {
      this.tiny.set(addr, ++this.tinyObjects);
      this.memory.fill(addr, request.size, patternOf(this.tinyObjects));
    } else {
      this.memory.fill(addr, bytes, patternOf(span.ids[slot]));
    }
  }

  /** The object that lies on some byte of a range, in words; undefined where there is none. */
  objectIn(offset: number, bytes: number): string | undefined {
    for (const span of this.ledger.spansIn(offset, bytes)) {
      const last = Math.min(span.nelems - 1, span.slotOf(offset + bytes - 1));
      for (let slot = Math.max(0, span.slotOf(offset)); slot <= last; slot++) {
        if (span.ids[slot] !== 0) return `the object of ${span.elemsize} bytes @${span.addressOf(slot)}`;
      }
    }
    return undefined;
  }

  /** Looks at every object that is live, or dead and not yet swept. */
  verifyAll(): void {
    for (const span of this.ledger.spans) {
      for (let slot = 0; slot < span.nelems; slot++) {
        if (span.ids[slot] !== 0) this.verifySlot(span, slot, span.ids[slot], span.parts, 'at the end');
      }
    }
  }

  /** Whether exactly what was said to be cleared has been; besides, a span may be cleared that the object begins. */
  private checkCleared(
    addr: number,
    zeroed: boolean,
    { span, fresh }: Placement,
    clears: readonly Clear[],
  ): void {
    const rest = [...clears];
    const takeOut = (base: number, bytes: number): boolean => {
      const at = rest.findIndex(([offset, length]) => offset === base && length === bytes);
      if (at >= 0) rest.splice(at, 1);
      return at >= 0;
    };
    const cleared = takeOut(addr, span.elemsize);
    const wholeSpan = fresh && span.sizeclass > 0;
    if (wholeSpan) takeOut(span.base, span.end - span.base);
    // Where the object fills its span, nobody can tell for which of the two it was cleared.
    const forSpan = wholeSpan && span.elemsize === span.end - span.base;
    if ((cleared === zeroed || (cleared && forSpan)) && rest.length === 0) return;
    const all = clears.map(([offset, bytes]) => `${bytes} bytes @${offset}`).join(', ') || 'nothing';
    this.problems.push(`say of object @${addr} that zeroed is ${zeroed}, and clear ${all}`);
  }

  private verifySlot(
    span: ObjectSpan,
    slot: number,
    id: number,
    parts: ObjectSpan['parts'],
    when: string,
  ): void {
    if (id === NEVER_ALLOCATED) return;
    const addr = span.addressOf(slot);
    const tiny = parts.get(slot);
    if (tiny === undefined) {
      this.verify(addr, span.elemsize, id, when);
      return;
    }
    for (const [from, to] of tiny) this.verify(addr + from, to - from, this.tiny.get(addr + from) ?? 0, when);
  }

  private verify(addr: number, bytes: number, id: number, when: string): void {
    const other = this.memory.firstOther(addr, bytes, patternOf(id));
    if (other < 0) return;
    this.problems.push(`lose content: the byte @${other} of live object @${addr} had changed ${when}`);
  }
}
