import {
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  type MallocOperation,
  type MallocResult,
} from '../../spec/index.js';
import type { Placement } from '../objects/object-ledger.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** Slots of a window of the allocation cache. */
const WINDOW = 64;

/** Requests from this size on are looked up in the second table of size classes, up to the first size of its first step. */
const SEAM = { from: 1017, to: 1024 };

/** Where an object is placed, and what it is given. */
const MALLOC = shapes('malloc', {
  'fresh-span': 'A small object begins a span that no object of its class has been in.',
  'swept-span': 'An object is the first one in its span since that was swept, and others live there.',
  'class-exactly': 'A small object is exactly as large as its size class.',
  'class-by-one': 'A small object is one byte too large for the next smaller size class.',
  'table-seam': 'The size lies where the two tables of size classes meet.',
  'largest-small': 'An object is as large as a small one can be.',
  'smallest-large': 'An object is one byte too large for a small one.',
  cleared: 'The slot of a small object has to be cleared, since it was asked for and its span is dirty.',
  clean: 'A small object must be zero, and its slot need not be cleared.',
  'marked-at-birth': 'An object is allocated while marking, and marked at once.',
  'large-inside-page': 'A large object ends inside of its last page.',
  'large-whole-pages': 'A large object ends with its last page.',
  'large-on-longest-list': 'A large object has a span of the longest length that has a busy list of its own.',
  'large-on-bound': 'A large object has a span of the shortest length that has none.',
});

/** How the search for a free slot goes through the windows of 64 slots that the allocation cache shows. */
const WINDOWS = shapes(
  'windows',
  {
    'last-slot':
      'The last slot of a window is given out while others follow, which the fast path leaves to the slow one.',
    'first-slot': 'The first slot of a later window is given out, and nothing was passed over.',
    'next-window': 'No slot of the rest of a window is free, and one in the next window is given out.',
    'passes-full-window': 'A window without a free slot is passed over as a whole.',
    'first-full-after-sweep': 'All slots of the first window are live after a sweep.',
    'passes-live': 'Live objects are passed over within a window.',
    'span-ends-with-window':
      'The last slot of a span is given out that is the last of its window too, which the fast path does.',
    'span-ends-inside-window': 'The last slot of a span is given out that ends inside of a window.',
  },
  ['passes-full-window'],
);

/** Objects without pointers of fewer than 16 bytes, of which several share a block. */
const TINY = shapes('tiny', {
  'in-open-block': 'A tiny object is placed in the open block.',
  'aligned-to-eight': 'Bytes of a block are passed over to align a tiny object to 8.',
  'aligned-to-four': 'Bytes of a block are passed over to align a tiny object to 4.',
  'aligned-to-two': 'A byte of a block is passed over to align a tiny object to 2.',
  unaligned: 'A tiny object is placed at an odd offset.',
  'fills-block': 'A tiny object takes the last byte of its block.',
  'block-opened': 'A block is opened in a cache where none was open.',
  'block-replaced': 'A new block is opened in place of one that has less room left.',
  'block-kept': 'The open block stays open, since it has more room left than the new one.',
});

/** All shapes of the allocation of objects. */
export const MALLOC_SHAPES = [...MALLOC, ...WINDOWS, ...TINY];

type MallocShape = (typeof MALLOC_SHAPES)[number]['name'];

/** What is known of a cache's open block of tiny objects. */
export interface TinyBlock {
  /** Address of the block. */
  readonly block: number;
  /** Bytes of it that are taken. */
  readonly offset: number;
}

/** Counts the size of a request, and what was given for it. */
export function countMalloc(
  tally: Tally<MallocShape>,
  request: MallocOperation,
  { zeroed }: MallocResult,
  { span, slot, from, fresh, part }: Placement,
  around: { readonly marking: boolean; readonly bound: number },
): void {
  const { size, needzero, scan } = request;
  if (!part && around.marking) tally.count('malloc/marked-at-birth');
  if (span.sizeclass === 0) {
    countLarge(tally, size, span.npages, around.bound);
    return;
  }
  if (fresh) tally.count('malloc/fresh-span');
  else if (from === 0 && span.used > 1) tally.count('malloc/swept-span');
  if (size < TINY_SIZE && scan === 0) return;
  if (size === span.elemsize) tally.count('malloc/class-exactly');
  if (size === CLASS_TO_SIZE[span.sizeclass - 1] + 1) tally.count('malloc/class-by-one');
  if (size >= SEAM.from && size <= SEAM.to) tally.count('malloc/table-seam');
  if (size === MAX_SMALL_SIZE) tally.count('malloc/largest-small');
  if (needzero) tally.count(zeroed ? 'malloc/cleared' : 'malloc/clean');
  countWindows(tally, slot, from, span.nelems);
}

function countLarge(tally: Tally<MallocShape>, size: number, npages: number, bound: number): void {
  if (size === MAX_SMALL_SIZE + 1) tally.count('malloc/smallest-large');
  tally.count(size % PAGE_SIZE === 0 ? 'malloc/large-whole-pages' : 'malloc/large-inside-page');
  if (npages === bound - 1) tally.count('malloc/large-on-longest-list');
  if (npages === bound) tally.count('malloc/large-on-bound');
}

function countWindows(tally: Tally<MallocShape>, slot: number, from: number, nelems: number): void {
  const window = Math.floor(slot / WINDOW);
  const passed = window - Math.floor(from / WINDOW);
  if (from === 0 && window > 0) tally.count('windows/first-full-after-sweep');
  if (passed === 1) tally.count('windows/next-window');
  if (passed > 1) tally.count('windows/passes-full-window');
  if (passed === 0 && slot > from) tally.count('windows/passes-live');
  if (slot === from && slot > 0 && slot % WINDOW === 0) tally.count('windows/first-slot');
  const endsWindow = (slot + 1) % WINDOW === 0;
  if (slot + 1 < nelems) {
    if (endsWindow) tally.count('windows/last-slot');
  } else {
    tally.count(endsWindow ? 'windows/span-ends-with-window' : 'windows/span-ends-inside-window');
  }
}

/** Counts where a tiny object was placed, and gives the block that is open then. */
export function countTiny(
  tally: Tally<MallocShape>,
  open: TinyBlock | undefined,
  size: number,
  addr: number,
  part: boolean,
): TinyBlock {
  if (!part) {
    const fresh = { block: addr, offset: size };
    if (open === undefined) tally.count('tiny/block-opened');
    else tally.count(size < open.offset ? 'tiny/block-replaced' : 'tiny/block-kept');
    return open !== undefined && size >= open.offset ? open : fresh;
  }
  tally.count('tiny/in-open-block');
  const offset = addr % TINY_SIZE;
  const end = offset + size;
  if (end === TINY_SIZE) tally.count('tiny/fills-block');
  if (offset % 2 === 1) tally.count('tiny/unaligned');
  const unit = [8, 4, 2].find((alignment) => size % alignment === 0);
  if (open !== undefined && offset > open.offset && unit !== undefined) {
    tally.count(
      unit === 8 ? 'tiny/aligned-to-eight' : unit === 4 ? 'tiny/aligned-to-four' : 'tiny/aligned-to-two',
    );
  }
  return { block: addr - offset, offset: end };
}
