import { CACHE } from '../optimized/objects/cache-layout.js';
import { LAYOUT } from '../optimized/pages/layout.js';
import {
  KIND_SPECIAL_FINALIZER,
  KIND_SPECIAL_PROFILE,
  MAX_SMALL_SIZE,
  NUM_SIZE_CLASSES,
} from '../spec/index.js';
import type { Fault } from './fault.js';
import { inParts } from './in-parts.js';

const { ALLOC_COUNT, CACHED, FREEINDEX, NIL, SLACK } = LAYOUT;
const { LARGEFREE, NSMALLFREE, TINY_OFFSET, TINY_PAGE } = CACHE;

/** As if a window were thrown away once its last slot is all that is left, rather than once nothing is. */
const overlooksLastSlot: Fault = {
  name: 'overlooks-last-slot',
  part: 'objects',
  what: 'overlooks the last free slot of a window of 64 where the 31 slots in front of it are taken',
  plant: inParts(({ objects }) => {
    const freeSlots = objects['freeSlots'].bind(objects);
    objects['freeSlots'] = (allocBits, from, nelems) => {
      const free = freeSlots(allocBits, from, nelems);
      return free === 1 << 31 && (from & 32) !== 0 ? 0 : free;
    };
  }),
};

/** As if the bits were read from a byte on, and not shifted by what is left (`mheap.go:197`). */
const handsOutWholeByte: Fault = {
  name: 'hands-out-whole-byte',
  part: 'objects',
  what: 'begins, in a span that comes back to a cache, at the byte of its bits in which `freeindex` lies',
  plant: inParts(({ objects, pages: { records } }) => {
    const install = objects.install.bind(objects);
    objects.install = (s, place, nelems) => {
      records.words[s + FREEINDEX] &= ~7;
      install(s, place, nelems);
    };
  }),
};

const largestIsLarge: Fault = {
  name: 'largest-small-is-large',
  part: 'size classes',
  what: `allocates objects of exactly ${MAX_SMALL_SIZE} bytes as large ones`,
  plant: inParts(({ allocator, caches, pages: { fate } }) => {
    const malloc = allocator.malloc.bind(allocator);
    allocator.malloc = (p, size, needzero, scan) => {
      const isLargest = size === MAX_SMALL_SIZE && Number.isInteger(scan) && scan >= 0 && scan <= size;
      if (!isLargest) return malloc(p, size, needzero, scan);
      fate.check();
      return allocator['mallocLarge'](caches.get(p), size, needzero, scan);
    };
  }),
};

const tinyTieOpensBlock: Fault = {
  name: 'tiny-tie-opens-block',
  part: 'tiny objects',
  what: 'goes on with a new tiny block even if no less of it is taken than of the old one',
  plant: inParts(({ allocator, caches }) => {
    const mallocTiny = allocator['mallocTiny'].bind(allocator);
    allocator['mallocTiny'] = (cache, size) => {
      const taken = caches.words[cache + TINY_OFFSET];
      const addr = mallocTiny(cache, size);
      // Where the open block had room, more of it is taken now.
      const stays = caches.words[cache + TINY_PAGE] >= 0 && caches.words[cache + TINY_OFFSET] === taken;
      if (stays && size === taken) allocator['openTiny'](cache, addr, size);
      return addr;
    };
  }),
};

const largefreeCountsRequest: Fault = {
  name: 'largefree-counts-request',
  part: 'large objects',
  what: 'adds to largefree the bytes that were asked for, not those of the span',
  plant: inParts(({ caches, pages, sweeper }) => {
    const freeLarge = sweeper['freeLarge'].bind(sweeper);
    sweeper['freeLarge'] = (s, cache) => {
      caches.tally(cache, LARGEFREE, -pages.records.words[s + SLACK]);
      return freeLarge(s, cache);
    };
  }),
};

/** As if the loop over the counters ended one too early. */
const flushForgetsLastClass: Fault = {
  name: 'flush-forgets-last-class',
  part: 'caches',
  what: 'keeps the frees of the largest size class in a cache that is flushed',
  plant: inParts(({ caches }) => {
    const giveAll = caches.giveAll.bind(caches);
    caches.giveAll = (cache) => {
      const { doubles } = caches;
      const last = (cache + NSMALLFREE + (NUM_SIZE_CLASSES - 1) * 2) >>> 1;
      const kept = doubles[last];
      doubles[last] = 0;
      giveAll(cache);
      doubles[last] = kept;
    };
  }),
};

const oneLeftCountsAsFull: Fault = {
  name: 'one-left-counts-as-full',
  part: 'central lists',
  what: 'takes a span for full that a cache gives back with a single free object',
  plant: inParts(({ central, objects, pages }) => {
    const uncache = central.uncache.bind(central);
    central.uncache = (s) => {
      const { words } = pages.records;
      objects.settle(s);
      if (words[s + ALLOC_COUNT] === objects.nelems(s) - 1) words[s + CACHED] = NIL;
      else uncache(s);
    };
  }),
};

/** Only the low 16 bits of an offset are kept, but all of them are compared (`mheap.go:1144`). */
const comparesCutOffset: Fault = {
  name: 'compares-cut-offset',
  part: 'specials',
  what: 'looks for the place of a special record by the low 16 bits of its offset',
  plant: inParts(({ specials }) => {
    const add = specials.add.bind(specials);
    specials.add = (s, offset, kind, id) => add(s, offset & 0xffff, kind, id);
  }),
};

const profileEndsWithFinalizer: Fault = {
  name: 'profile-ends-with-finalizer',
  part: 'specials',
  what: 'frees the profile record of an object that its finalizer keeps alive',
  plant: inParts(({ specials }) => {
    const finishObject = specials['finishObject'].bind(specials);
    specials['finishObject'] = (s, before, index, kind) => {
      finishObject(s, before, index, kind);
      if (kind === KIND_SPECIAL_FINALIZER) finishObject(s, before, index, KIND_SPECIAL_PROFILE);
    };
  }),
};

/** Faults in how objects are allocated, and in what is kept of them. */
export const FAULTS_IN_OBJECTS: readonly Fault[] = [
  overlooksLastSlot,
  handsOutWholeByte,
  largestIsLarge,
  tinyTieOpensBlock,
  largefreeCountsRequest,
  flushForgetsLastClass,
  oneLeftCountsAsFull,
  comparesCutOffset,
  profileEndsWithFinalizer,
];
