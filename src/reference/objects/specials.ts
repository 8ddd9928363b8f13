import { FATAL, FatalError, KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE } from '../../spec/index.js';
import type { AddFinalizerResult } from '../../spec/index.js';
import { ensureSwept } from '../collector/sweeping.js';
import type { Mheap } from '../mheap.js';
import { lookupMaybe, mlookup } from '../pages/queries.js';

/** Attaches a finalizer to an object, unless it has one; while marking, the object is scanned (`mheap.go:1227`). */
export function addFinalizer(h: Mheap, address: number, id: number): AddFinalizerResult {
  h.counters.finalizersInUse += 1;
  const added = addSpecial(h, address, KIND_SPECIAL_FINALIZER, id);
  if (!added) h.counters.finalizersInUse -= 1;
  const scanned = added && h.marking ? mlookup(h, address) : null;
  return scanned === null ? { added } : { added, scanned: scanned[0] };
}

/** Takes the finalizer off an object, if it has one (`mheap.go:1267`). */
export function removeFinalizer(h: Mheap, address: number): void {
  if (removeSpecial(h, address, KIND_SPECIAL_FINALIZER)) h.counters.finalizersInUse -= 1;
}

/**
 * Attaches a heap profile record to an object (`mheap.go:1286`).
 *
 * @throws FatalError where it has one already.
 */
export function setProfile(h: Mheap, address: number, id: number): void {
  h.counters.profilesInUse += 1;
  if (!addSpecial(h, address, KIND_SPECIAL_PROFILE, id)) throw new FatalError(FATAL.profileAlreadySet);
}

/**
 * Adds a record to the list of a span, which is in order of offset, then kind, unless there is one of that offset
 * and kind (`mheap.go:1128`). The record keeps 16 bits of its offset, the search goes by the whole offset. The span is
 * swept before; should it go back to the heap with that, the record is attached to what it has become.
 */
function addSpecial(h: Mheap, address: number, kind: number, id: number): boolean {
  const span = lookupMaybe(h, address);
  if (span === null) throw new FatalError(FATAL.addSpecial);
  ensureSwept(h, span);

  const offset = address - span.base;
  const following = span.specials.findIndex(
    (x) => offset < x.offset || (offset === x.offset && kind <= x.kind),
  );
  const place = following < 0 ? span.specials.length : following;
  const there = span.specials[place];
  if (there !== undefined && there.offset === offset && there.kind === kind) return false;
  span.specials.splice(place, 0, { offset: offset % 2 ** 16, kind, id });
  return true;
}

/** Removes the record of exactly this address and kind, and says whether there was one (`mheap.go:1176`). */
function removeSpecial(h: Mheap, address: number, kind: number): boolean {
  const span = lookupMaybe(h, address);
  if (span === null) throw new FatalError(FATAL.removeSpecial);
  ensureSwept(h, span);

  const offset = address - span.base;
  const place = span.specials.findIndex((x) => x.offset === offset && x.kind === kind);
  if (place < 0) return false;
  span.specials.splice(place, 1);
  return true;
}
