import assert from 'node:assert/strict';
import { RecordingHost } from '../../lockstep/index.js';
import { heapConfig } from '../../spec/index.js';
import { audit } from '../audit.js';
import { HeapParts } from '../heap-parts.js';
import { LAYOUT } from '../pages/layout.js';
import { CACHE } from './cache-layout.js';
import { nonemptyList } from './central-lists.js';

const {
  ALLOC_BITS,
  ALLOC_COUNT,
  CACHED,
  DIVISION,
  EMPTY_HEAD,
  FIRST_RECORD,
  FLAGS,
  FREEINDEX,
  LIST,
  MARK_BITS,
  NIL,
  NPAGES,
  SWEEPGEN,
  SIZECLASS_SHIFT,
} = LAYOUT;

/**
 * A heap with something of everything. By first pages: spans of 64 bytes (class 5) at 0, with a cache, and at 1, unswept
 * in `nonempty`; of 1024 bytes (class 31) at 2, unswept and full; large objects of 5 pages at 3 and 8, unswept; a span of
 * 512 bytes (class 25) at 13, with the other cache; a large one at 14. Of caches 0 to 2 that of number 1 was removed.
 */
function setUp(): HeapParts {
  const parts = new HeapParts(heapConfig({ arenaPages: 128, procs: 3 }), new RecordingHost());
  const { allocator, caches, collector } = parts;
  const malloc = (size: number, p = 0): number => allocator.malloc(p, size, false, 0);
  const addrs = Array.from({ length: 129 }, () => malloc(64));
  addrs.push(...Array.from({ length: 8 }, () => malloc(1024)));
  addrs.push(malloc(40_000), malloc(40_000), malloc(512, 2), malloc(50_000));
  caches.remove(caches.get(1));
  collector.start();
  for (const addr of addrs) if (addr !== 64 && addr !== 128) collector.mark(addr);
  collector.end(2 ** 30);
  for (const page of [0, 13, 14]) parts.sweeper.ensureSwept(at(parts, page), NIL);
  malloc(64);
  malloc(512, 2);
  return parts;
}

/** The span at a page. */
const at = ({ pages }: HeapParts, page: number): number => pages.table.startingAt(page);

const set = (parts: HeapParts, page: number, word: number, value: number): void => {
  parts.pages.records.words[at(parts, page) + word] = value;
};

const get = (parts: HeapParts, page: number, word: number): number =>
  parts.pages.records.words[at(parts, page) + word];

/** What cache 0 has of class 5: its place. */
const place = ({ caches }: HeapParts): number => caches.get(0) + 5 * CACHE.CLASS_WORDS;

const setPlace = (parts: HeapParts, word: number, value: number): void => {
  parts.caches.words[place(parts) + word] = value;
};

/** The first pair of bits that was handed out, to the span at page 0. */
const POOL_WORD = ((parts) => parts.objects.bitsOf(at(parts, 0)))(setUp());

type Breakage = [complaint: string, damage: (parts: HeapParts) => void];

const CACHES: Breakage[] = [
  [
    'caches: that of number 2 has another number',
    ({ caches }) => (caches.words[caches.get(2) + CACHE.NUMBER] = 1),
  ],
  ['caches: that of number 2 is among those removed', ({ caches }) => caches.removed.push(caches.get(2))],
  [
    'caches: that of number 2 says that it owes nothing, but it has counted',
    ({ caches }) => (caches.doubles[(caches.get(2) + CACHE.TINYALLOCS) >>> 1] += 1),
  ],
  ['caches: 3 are said to be there, but there are 2', ({ caches }) => (caches.count += 1)],
  ['caches: another one has the lowest number', ({ caches }) => (caches.lowest = caches.get(2))],
  ['caches: none is at hand, but nothing is marked', ({ caches }) => (caches.shut = -1)],
  [
    'caches: one may be at hand, but objects are being marked',
    ({ caches, collector }) => {
      collector.start();
      caches.open();
    },
  ],
  ['caches: the one at hand is not that of number 2', ({ caches }) => (caches.current = caches.get(0))],
  ['caches: the one at hand is not that of number 3', ({ caches }) => (caches.number = 3)],
  [
    'caches: that of number 2 is at hand, but must not be used',
    ({ caches }) => (caches.words[caches.current + CACHE.BUSY] = 1),
  ],
  ['caches: they have 1 current spans, but 2 say so', (parts) => setPlace(parts, CACHE.SPAN, NIL)],
  [
    'the span at page 0 says that it is with a cache, which has another one',
    (parts) => setPlace(parts, CACHE.SPAN, at(parts, 13)),
  ],
  [
    'the span at page 0: its cache has slots left that it did not load',
    (parts) => setPlace(parts, CACHE.LOADED, 0),
  ],
  [
    'the span at page 0: its cache loaded slots that are allocated',
    (parts) => setPlace(parts, CACHE.LOADED, parts.caches.words[place(parts) + CACHE.LOADED] | 1),
  ],
  ['the span at page 0: its cache is at object 1', (parts) => setPlace(parts, CACHE.INDEX, 1)],
  ['the span at page 0: its cache has another object size', (parts) => setPlace(parts, CACHE.ELEMSIZE, 80)],
  ['the span at page 0: its cache has another address', (parts) => setPlace(parts, CACHE.ADDRESS, -1)],
];

const CENTRAL: Breakage[] = [
  [
    'list nonempty of class 5: the span at page 1 does not know that it stands there',
    (parts) => set(parts, 1, LIST, nonemptyList(6)),
  ],
  [
    'list empty of class 31: the span at page 2 has another class',
    (parts) => set(parts, 2, FLAGS, get(parts, 2, FLAGS) + (1 << SIZECLASS_SHIFT)),
  ],
  [
    'list nonempty of class 5: the span at page 1 is with a cache',
    (parts) => set(parts, 1, CACHED, place(parts)),
  ],
  [
    'list nonempty of class 5: the span at page 1 has no free object',
    (parts) => set(parts, 1, ALLOC_COUNT, 128),
  ],
  [
    'the span at page 0 is with a cache, but does not stand in the list empty of its class',
    (parts) => {
      const { lists, records } = parts.pages;
      lists.remove(records.words, nonemptyList(5) + EMPTY_HEAD, at(parts, 0));
      lists.insert(records.words, nonemptyList(5), at(parts, 0));
    },
  ],
  [
    'the span at page 2 holds objects, but stands in no list',
    (parts) =>
      parts.pages.lists.remove(parts.pages.records.words, nonemptyList(31) + EMPTY_HEAD, at(parts, 2)),
  ],
  ['the span at page 0 divides by another object size', (parts) => set(parts, 0, DIVISION, -1)],
  [
    'the span at page 3 has no small objects, but divides by their size',
    (parts) => set(parts, 3, DIVISION, -1),
  ],
  [
    'the span at page 14 has another length than its class',
    (parts) => set(parts, 14, FLAGS, get(parts, 14, FLAGS) + (1 << SIZECLASS_SHIFT)),
  ],
];

const BITS: Breakage[] = [
  [
    'the span at page 2 has bits behind its last object',
    (parts) => (parts.pages.records.words[get(parts, 2, MARK_BITS)] |= 1 << 8),
  ],
  ['the span at page 2 looks for free objects behind its last one', (parts) => set(parts, 2, FREEINDEX, 9)],
  [
    'the span at page 1 has 1 objects allocated by its bits, but counts 2',
    (parts) => set(parts, 1, ALLOC_COUNT, 2),
  ],
  [
    'the span at page 0 is swept, but still has marks',
    (parts) => (parts.pages.records.words[get(parts, 0, MARK_BITS)] = 1),
  ],
  [
    'the span at page 1 has 2 marks, but only 1 objects',
    (parts) => (parts.pages.records.words[get(parts, 1, MARK_BITS)] = 3),
  ],
];

const CYCLE: Breakage[] = [
  ['3 pages are said to have objects that can be marked', ({ pages }) => (pages.cycle.markable = 3)],
  [
    'the span at page 0 is swept, but not on the stack of swept spans',
    ({ pages }) => (pages.cycle.swept.size = 0),
  ],
  [
    'the span at page 8 is unswept, but not on the stack of unswept spans',
    ({ pages }) => (pages.cycle.unswept.size = 0),
  ],
  ['the span at page 0 is of generation 4, the heap of 2', (parts) => set(parts, 0, SWEEPGEN, 4)],
  [
    'the span at page 1 is unswept, but all is said to be swept',
    ({ pages }) => (pages.cycle.sweepdone = true),
  ],
  [
    'busy lists with unswept spans: that of 5 pages is missing',
    ({ pages }) => pages.cycle.busyUnswept.delete(5),
  ],
  [
    'busy lists with unswept spans: wrong about word 1 of its lower levels',
    ({ pages }) => (pages.cycle.busyUnswept.middle[0] &= ~2),
  ],
];

const POOL: Breakage[] = [
  [
    `bits: word ${POOL_WORD} belongs to the span at page 1, but also to the span at page 0`,
    (parts) => {
      set(parts, 1, MARK_BITS, get(parts, 0, MARK_BITS));
      set(parts, 1, ALLOC_BITS, get(parts, 0, ALLOC_BITS));
    },
  ],
  [
    'bits: word 0 belongs to the span at page 0, but also to nobody',
    (parts) => {
      set(parts, 0, MARK_BITS, 0);
      set(parts, 0, ALLOC_BITS, 4);
    },
  ],
  [
    `bits: word ${FIRST_RECORD} belongs to the span at page 0, but also to a record`,
    (parts) => {
      set(parts, 0, MARK_BITS, FIRST_RECORD);
      set(parts, 0, ALLOC_BITS, FIRST_RECORD + 4);
    },
  ],
  [
    'bits: those of the span at page 1 are no pair',
    (parts) => set(parts, 1, MARK_BITS, get(parts, 1, MARK_BITS) + 4),
  ],
  [
    'bits: those of the span at page 2 do not stand in its record',
    (parts) => {
      set(parts, 2, MARK_BITS, get(parts, 13, MARK_BITS));
      set(parts, 2, ALLOC_BITS, get(parts, 13, ALLOC_BITS));
    },
  ],
  [
    `bits: word ${POOL_WORD} belongs to those given back of 4 words, but also to the span at page 0`,
    ({ objects }) => objects.pool.giveBack(POOL_WORD, 4),
  ],
  [
    'bits: 64 words were handed out, but 60 belong to somebody',
    ({ objects }) => {
      objects.pool.take(2);
    },
  ],
  ['bits: an arena is empty, or filled beyond its end', ({ objects }) => (objects.arenas.current = [65_536])],
  [
    'bits: arenas hold 0 bytes, but new mark bits have 32',
    ({ objects }) => {
      objects.arenas.nextEpoch();
    },
  ],
];

describe('the audit of objects', () => {
  it('finds nothing in the heap that is broken below, whose spans stand where they should', () => {
    const parts = setUp();
    assert.deepEqual(audit(parts), []);
    assert.deepEqual(
      [0, 1, 2, 3, 8, 13, 14].map((page) => [
        get(parts, page, FLAGS) >>> SIZECLASS_SHIFT,
        get(parts, page, NPAGES),
        get(parts, page, SWEEPGEN),
        get(parts, page, CACHED) !== NIL,
      ]),
      [
        [5, 1, 2, true],
        [5, 1, 0, false],
        [31, 1, 0, false],
        [0, 5, 0, false],
        [0, 5, 0, false],
        [25, 1, 2, true],
        [0, 7, 2, false],
      ],
    );
  });

  it.each([...CACHES, ...CENTRAL, ...BITS, ...CYCLE, ...POOL])('says "%s"', (complaint, damage) => {
    const parts = setUp();
    damage(parts);
    const complaints = audit(parts);
    assert.ok(complaints.includes(complaint), complaints.join('\n'));
  });

  it('does not look at the objects of a dead heap, which may have died in the midst of something', () => {
    const parts = setUp();
    parts.caches.count += 1;
    assert.throws(() => parts.pages.fate.end('gone'));
    assert.deepEqual(audit(parts), []);
  });
});
