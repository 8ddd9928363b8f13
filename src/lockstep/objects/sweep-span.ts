import { KIND_SPECIAL_FINALIZER } from '../../spec/index.js';
import type { FreedProfile, QueuedFinalizer } from '../outcome.js';
import { NEVER_ALLOCATED, type LedgerSpecial, type ObjectSpan } from './object-span.js';

/** What came of the sweeping of a span. */
export interface Swept {
  readonly span: ObjectSpan;
  /** Objects in it before. */
  readonly before: number;
  /** The slots of the objects that died. */
  readonly died: readonly number[];
  /** The slots without a mark that live on, since a finalizer of theirs was queued. */
  readonly revived: readonly number[];
  /** What is queued, in order. */
  readonly finalizers: readonly QueuedFinalizer[];
  /** What is reported as freed, in order. */
  readonly profiles: readonly FreedProfile[];
}

/**
 * Sweeps a span: an object without a mark dies, with its profile records reported, or where finalizers hang on it, they
 * are queued and it lives for one more cycle. Marks are cleared.
 */
export function sweepSpan(span: ObjectSpan, cycle: number): Swept {
  const before = span.used;
  const { revived, finalizers, profiles } = sweepSpecials(span);
  const died: number[] = [];
  let used = 0;
  for (let slot = 0; slot < span.nelems; slot++) {
    if (span.marks[slot] !== 0) {
      used++;
      // What was never allocated comes to life where a finalizer hangs on it.
      if (span.ids[slot] === 0) span.ids[slot] = NEVER_ALLOCATED;
    } else if (span.ids[slot] !== 0) {
      died.push(slot);
      span.ids[slot] = 0;
      span.parts.delete(slot);
    }
  }
  span.marks.fill(0);
  span.used = used;
  if (used < before) span.hidesDirt = false;
  else if (died.length > 0) span.hidesDirt = true;
  span.freeindex = 0;
  span.cycle = cycle;
  return { span, before, died, revived, finalizers, profiles };
}

function sweepSpecials(span: ObjectSpan): Pick<Swept, 'revived' | 'finalizers' | 'profiles'> {
  const revived: number[] = [];
  const finalizers: QueuedFinalizer[] = [];
  const profiles: FreedProfile[] = [];
  if (span.specials.length === 0) return { revived, finalizers, profiles };

  const slotOf = ({ offset }: LedgerSpecial): number => Math.floor(offset / span.elemsize);
  const unmarked = span.specials.filter((special) => span.marks[slotOf(special)] === 0);
  const reviving = new Set(unmarked.filter(isFinalizer).map(slotOf));
  const gone = unmarked.filter((special) => isFinalizer(special) || !reviving.has(slotOf(special)));
  // One object after another: where offsets were cut to 16 bits, its records may stand apart.
  for (const slot of new Set(unmarked.map(slotOf))) {
    for (const special of gone.filter((one) => slotOf(one) === slot)) {
      if (isFinalizer(special)) finalizers.push([span.base + special.offset, special.id]);
      else profiles.push([special.id, span.elemsize]);
    }
  }
  const kept = span.specials.filter((special) => !gone.includes(special));
  for (const slot of reviving) {
    revived.push(slot);
    span.marks[slot] = 1;
  }
  span.specials.splice(0, Infinity, ...kept);
  return { revived, finalizers, profiles };
}

function isFinalizer({ kind }: LedgerSpecial): boolean {
  return kind === KIND_SPECIAL_FINALIZER;
}
