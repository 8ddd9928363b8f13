import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import { DIRT } from './span.js';
import type { Span } from './span.js';

/** A free span of which pages were given back to the operating system is allocated (`mheap.go:699`). */
const RELEASED = shapes('released', {
  'reused-whole': 'A released span is allocated as it is.',
  'reused-split': 'A part of a released span is allocated, and all of it counts as used again.',
  'reused-partly-released': 'A span is allocated of which some pages are released and some are not.',
});

/** What the heap knows of the dirt in memory that it hands out (`mheap.go:631`, `mheap.go:716`, `mheap.go:911`). */
const ZEROING = shapes('zeroing', {
  cleared: 'Clear memory is asked for, and the heap clears it.',
  clean: 'Clear memory is asked for, and need not be cleared.',
  'not-asked': 'Dirty memory is handed out as it is, since clear memory was not asked for.',
  'dirty-remainder': 'The heap clears memory that has been the remainder of a dirty span.',
  'dirty-by-merge': 'The heap clears memory that counts as dirty since clean and dirty spans have merged.',
  'after-stack': 'The heap clears memory for objects where a stack was.',
});

/** All shapes of memory that is used again. */
export const REUSE_SHAPES = [...RELEASED, ...ZEROING];

type ReuseShape = (typeof REUSE_SHAPES)[number]['name'];

/** Counts that `npages` of the free span `found`, some of it released, are about to be used again. */
export function countReleasedReuse(tally: Tally<ReuseShape>, found: Span, npages: number): void {
  if (found.npreleased === 0) return;
  tally.count(found.npages === npages ? 'released/reused-whole' : 'released/reused-split');
  if (found.npreleased < found.npages) tally.count('released/reused-partly-released');
}

/** Counts how a heap span with the given dirt is handed out. */
export function countZeroing(
  tally: Tally<ReuseShape>,
  dirt: number,
  needzero: boolean,
  zeroed: boolean,
): void {
  if (!needzero) {
    if (dirt !== DIRT.none) tally.count('zeroing/not-asked');
    return;
  }
  tally.count(zeroed ? 'zeroing/cleared' : 'zeroing/clean');
  if (!zeroed) return;
  if (dirt & DIRT.split) tally.count('zeroing/dirty-remainder');
  if (dirt & DIRT.merge) tally.count('zeroing/dirty-by-merge');
  if (dirt & DIRT.stack) tally.count('zeroing/after-stack');
}
