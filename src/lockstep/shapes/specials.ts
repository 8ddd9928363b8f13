import { KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE } from '../../spec/index.js';
import type { ObjectLedger } from '../objects/object-ledger.js';
import type { Outcome } from '../outcome.js';
import { whereabouts } from './picture.js';
import type { Picture } from './picture.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import type { Span } from './span.js';

/** Special records on objects (`mheap.go:1106` to `1295`). */
const SPECIALS = shapes('specials', {
  'finalizer-added': 'An object gets a finalizer.',
  'finalizer-duplicate': 'An object has a finalizer already, and the new record goes back.',
  'finalizer-removed': 'An object loses its finalizer.',
  'finalizer-absent': 'A finalizer is to be removed, and the object has none.',
  'profile-set': 'An object gets a profile record.',
  'finalizer-and-profile': 'An address gets its second record, of the other kind.',
  several: 'A span that has special records already gets one for another address.',
  'long-offset': 'A record is added whose offset does not fit into the 16 bits that are kept of it.',
  'cut-to-other': 'A record of a small object hangs on another one, since its offset does not fit.',
  'span-freed': 'A span is freed while special records hang on it.',
  inherited: 'A span is allocated whose record kept special records of an earlier life.',
});

/** All shapes of special records. */
export const SPECIALS_SHAPES = SPECIALS;

type SpecialsShape = (typeof SPECIALS)[number]['name'];

/** Counts that a finalizer was to be added at `addr`, and puts it into the picture where it was. */
export function countFinalizer(
  tally: Tally<SpecialsShape>,
  picture: Picture,
  addr: number,
  added: boolean,
): void {
  tally.count(added ? 'specials/finalizer-added' : 'specials/finalizer-duplicate');
  if (added) add(tally, picture, addr, KIND_SPECIAL_FINALIZER);
}

/** Counts that a profile record has been set at `addr`, and puts it into the picture. */
export function countProfile(tally: Tally<SpecialsShape>, picture: Picture, addr: number): void {
  tally.count('specials/profile-set');
  add(tally, picture, addr, KIND_SPECIAL_PROFILE);
}

/** Counts that a finalizer was to be removed at `addr`, and takes it out of the picture where it has been. */
export function countRemoval(
  tally: Tally<SpecialsShape>,
  picture: Picture,
  addr: number,
  removed: boolean,
): void {
  tally.count(removed ? 'specials/finalizer-removed' : 'specials/finalizer-absent');
  const there = whereabouts(picture, addr);
  if (!removed || there.what !== 'object') return;
  const { specials } = there.span;
  const left = (specials?.get(there.offset) ?? 0) & ~(1 << KIND_SPECIAL_FINALIZER);
  if (left === 0) specials?.delete(there.offset);
  else specials?.set(there.offset, left);
}

/** Counts that a span with special records is freed. */
export function countFreedSpecials(tally: Tally<SpecialsShape>, span: Span): void {
  if (hasSpecials(span)) tally.count('specials/span-freed');
}

/** Counts that a span has been allocated whose record was never cleared of its special records. */
export function countInherited(tally: Tally<SpecialsShape>, span: Span): void {
  if (hasSpecials(span)) tally.count('specials/inherited');
}

/** Counts that a record of an object at `addr` has been added whose offset was cut so that it hangs on another one. */
export function countCut(tally: Tally<SpecialsShape>, ledger: ObjectLedger, addr: number): void {
  const span = ledger.spanAt(addr);
  if (span === undefined || span.sizeclass === 0 || addr - span.base < 2 ** 16) return;
  if (span.ids[span.slotOf(addr - 2 ** 16)] !== 0) tally.count('specials/cut-to-other');
}

function add(tally: Tally<SpecialsShape>, picture: Picture, addr: number, kind: number): void {
  const there = whereabouts(picture, addr);
  if (there.what !== 'object') return;
  const { span } = there;
  const offset = there.offset & 0xffff;
  if (there.offset !== offset) tally.count('specials/long-offset');
  span.specials ??= new Map();
  const kinds = span.specials.get(offset) ?? 0;
  if (kinds !== 0 && kinds !== 1 << kind) tally.count('specials/finalizer-and-profile');
  if (kinds === 0 && span.specials.size > 0) tally.count('specials/several');
  span.specials.set(offset, kinds | (1 << kind));
}

/** Whether a finalizer has been added. */
export function isAdded({ result }: Outcome): boolean {
  return typeof result === 'object' && result !== null && 'added' in result && result.added;
}

function hasSpecials(span: Span): boolean {
  return span.specials !== null && span.specials.size > 0;
}
