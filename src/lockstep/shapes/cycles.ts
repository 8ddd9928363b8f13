import { KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE } from '../../spec/index.js';
import type { ObjectLedger } from '../objects/object-ledger.js';
import type { ObjectSpan } from '../objects/object-span.js';
import type { Swept } from '../objects/sweep-span.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** A collection cycle, from its start to the end of its marking. */
const CYCLE = shapes('cycle', {
  first: 'The first cycle begins.',
  again: 'A cycle begins after others.',
  'finishes-sweeping': 'A cycle begins by sweeping what the last one left.',
  eager: 'A cycle ends, and everything is swept at once.',
  proportional: 'A cycle ends, and sweeping is left to those that allocate.',
  'none-survives': 'A cycle ends in which none of the objects is marked.',
  'all-survive': 'A cycle ends in which all objects are marked.',
  'mark-inside': 'An object is marked by an address inside of it.',
  'mark-last-byte': 'An object is marked by its last byte.',
  'mark-last-object': 'The last object of a span that has several is marked.',
  'mark-tiny-part': 'A block of tiny objects is marked by one that is not its first.',
  'marked-twice': 'An object is marked that has its mark already.',
  'large-marked': 'A large object is marked.',
  'stack-while-marking': 'A stack is allocated while marking.',
  'finalizer-while-marking': 'A finalizer is added while marking, and its object is scanned.',
});

/** What becomes of the objects on which special records hang. */
const AFTERLIFE = shapes('afterlife', {
  'finalizer-queued': 'An object without a mark has a finalizer, which is queued, and lives on.',
  'revived-then-freed': 'An object dies that had been revived by its finalizer.',
  'profile-kept': 'An object is revived by its finalizer, and its profile record stays.',
  'profile-freed': 'An object dies, and its profile record is reported.',
  'several-in-tiny-block': 'Several finalizers of one block of tiny objects are queued at once.',
  'finalizer-kept': 'An object with a finalizer is marked, and keeps it.',
  'large-revived': 'A large object is revived by its finalizer.',
  'records-apart': 'A span is swept in whose list records of one object stand apart, since offsets were cut.',
  'finalizer-inside': 'A finalizer is queued that was added at an address inside of its object.',
});

/** All shapes of cycles. */
export const CYCLE_SHAPES = [...CYCLE, ...AFTERLIFE];

type CycleShape = (typeof CYCLE_SHAPES)[number]['name'];

/** Counts how a cycle ends, before its marks are used. */
export function countCycleEnd(tally: Tally<CycleShape>, ledger: ObjectLedger, heapDistance: number): void {
  tally.count(heapDistance === 0 ? 'cycle/eager' : 'cycle/proportional');
  let objects = 0;
  let marked = 0;
  for (const span of ledger.spans) {
    objects += span.used;
    for (const mark of span.marks) marked += mark;
  }
  if (objects === 0) return;
  if (marked === 0) tally.count('cycle/none-survives');
  if (marked === objects) tally.count('cycle/all-survive');
}

/** Counts that an object is marked, before it is. */
export function countMark(tally: Tally<CycleShape>, ledger: ObjectLedger, addr: number): void {
  const span = ledger.spanAt(addr);
  const slot = span?.slotOf(addr) ?? 0;
  if (span === undefined || slot >= span.nelems) return;
  const offset = addr - span.addressOf(slot);
  if (offset > 0) tally.count('cycle/mark-inside');
  if (offset === span.elemsize - 1) tally.count('cycle/mark-last-byte');
  if (slot > 0 && slot === span.nelems - 1) tally.count('cycle/mark-last-object');
  if (span.parts.get(slot)?.some(([from, to], i) => i > 0 && offset >= from && offset < to) === true) {
    tally.count('cycle/mark-tiny-part');
  }
  if (span.marks[slot] !== 0) tally.count('cycle/marked-twice');
  if (span.sizeclass === 0) tally.count('cycle/large-marked');
}

/** Counts what the sweep of a span does to what hangs on its objects; `revived` are the objects that were so before. */
export function countAfterlife(
  tally: Tally<CycleShape>,
  swept: Swept,
  ids: ArrayLike<number>,
  revived: Set<number>,
): void {
  const { span } = swept;
  for (const slot of swept.died) {
    if (revived.delete(ids[slot])) tally.count('afterlife/revived-then-freed');
  }
  if (swept.profiles.length > 0) tally.count('afterlife/profile-freed');
  const bySlot = new Map<number, number>();
  for (const [addr] of swept.finalizers) {
    const slot = span.slotOf(addr);
    bySlot.set(slot, (bySlot.get(slot) ?? 0) + 1);
    if (addr !== span.addressOf(slot)) tally.count('afterlife/finalizer-inside');
  }
  for (const slot of swept.revived) {
    revived.add(span.ids[slot]);
    tally.count('afterlife/finalizer-queued');
    if (span.sizeclass === 0) tally.count('afterlife/large-revived');
    if (span.parts.has(slot) && (bySlot.get(slot) ?? 0) > 1) tally.count('afterlife/several-in-tiny-block');
  }
  countKept(tally, swept);
}

/** Counts that a span is about to be swept in which records of one object stand apart. */
export function countApart(tally: Tally<CycleShape>, { specials, elemsize }: ObjectSpan): void {
  const left = new Set<number>();
  let last = -1;
  for (const { offset } of specials) {
    const slot = Math.floor(offset / elemsize);
    if (slot === last) continue;
    if (left.has(slot)) {
      tally.count('afterlife/records-apart');
      return;
    }
    left.add(slot);
    last = slot;
  }
}

/** Counts the special records that are left after a sweep. */
function countKept(tally: Tally<CycleShape>, { span, revived }: Swept): void {
  for (const { kind, offset } of span.specials) {
    const wasRevived = revived.includes(Math.floor(offset / span.elemsize));
    if (kind === KIND_SPECIAL_PROFILE && wasRevived) tally.count('afterlife/profile-kept');
    if (kind === KIND_SPECIAL_FINALIZER && !wasRevived) tally.count('afterlife/finalizer-kept');
  }
}
