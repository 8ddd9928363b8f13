import assert from 'node:assert/strict';
import { RecordingHost } from '../../lockstep/index.js';
import { Chance } from '../../programs/chance.js';
import { heapConfig } from '../../spec/index.js';
import { auditPages } from './audit.js';
import { LAYOUT, LONGEST_INDEXED } from './layout.js';
import { PageHeap } from './page-heap.js';

const {
  BUSY_LARGE,
  DEAD,
  FLAGS,
  FREE,
  INDEXED,
  INUSE,
  LEFT,
  LIST,
  NEXT,
  NIL,
  NPAGES,
  OVERFLOW,
  PARENT,
  PREV,
  RIGHT,
  STACK,
  START,
  STATE,
} = LAYOUT;

/**
 * A heap with something of everything. By first pages: free spans of 2 pages at 0 and 3, of 20 pages at 6 (root of
 * their tree), 27 (left of it) and 48 (right of that), of 49 pages at 79; a long busy span at 69; busy spans of one page
 * between them; and a dead record.
 */
function setUp(): PageHeap {
  const heap = new PageHeap(heapConfig({ arenaPages: 128, maxHeapList: 8 }), new RecordingHost());
  const spans = [2, 1, 2, 1, 20, 1, 20, 1, 20, 1, 9, 1, 3].map((n) => heap.alloc(n, INUSE, true));
  for (const i of [0, 2, 4, 6, 8, 12]) heap.free(spans[i], 1);
  return heap;
}

/** The span at a page. */
const at = (heap: PageHeap, page: number): number => heap.table.startingAt(page);

function set(heap: PageHeap, s: number, word: number, value: number): void {
  heap.records.words[s + word] = value;
}

type Breakage = [complaint: string, damage: (heap: PageHeap) => void];

const TABLE: Breakage[] = [
  ['span table: no span begins at page 6', (heap) => (heap.table.entries[6] = NIL)],
  ['span table: no span begins at page 3', (heap) => set(heap, at(heap, 3), NPAGES, 0)],
  ['span table: no span begins at page 27', (heap) => set(heap, at(heap, 27), START, 28)],
  [
    'span table: page 25, the last one of the span at page 6, leads elsewhere',
    (heap) => (heap.table.entries[25] = at(heap, 5)),
  ],
  [
    'span table: the last span ends behind page 127',
    (heap) => {
      set(heap, at(heap, 79), NPAGES, 50);
      heap.table.lastPages.delete(127);
      heap.table.lastPages.add(128);
      heap.table.entries[128] = at(heap, 79);
    },
  ],
  [
    'bitmap of last pages: wrong about the span at page 6, which ends at page 25',
    (heap) => heap.table.lastPages.delete(25),
  ],
  [
    'bitmap of last pages: wrong about the span at page 6, which ends at page 25',
    (heap) => heap.table.lastPages.add(20),
  ],
];

const RECORDS: Breakage[] = [
  [
    'the free span at page 79 is not united with the one in front',
    (heap) => {
      // It stands in its proper list: nothing else is wrong.
      const s = at(heap, 78);
      heap.lists.remove(heap.records.words, heap.busyList(1), s);
      set(heap, s, FLAGS, FREE);
      heap.freeSpans.insert(heap.records.words, s, 1);
    },
  ],
  [
    'the free span at page 3 stands in no list',
    (heap) => heap.freeSpans.remove(heap.records.words, at(heap, 3), 2),
  ],
  [
    'the free span at page 48 stands in no list',
    (heap) => heap.freeSpans.remove(heap.records.words, at(heap, 48), 20),
  ],
  ['records: 14 are said to be in use, but there are 13 spans', (heap) => (heap.records.inUse += 1)],
  ['records: 14 were made, but there are 13 spans and 0 dead ones', (heap) => (heap.records.dead = NIL)],
  [
    'records: 14 were made, but there are 13 spans and 15 dead ones',
    (heap) => set(heap, heap.records.dead, NEXT, heap.records.dead),
  ],
  ['records: a dead one still begins at page 5', (heap) => set(heap, heap.records.dead, START, 5)],
  ['records: the nil record was written to', (heap) => set(heap, NIL, START, 0)],
  ['records: the nil record was written to', (heap) => set(heap, NIL, FLAGS, FREE)],
];

/** A list of three kinds: its name, its head and the page of its last member. */
const LISTS: [name: string, head: (heap: PageHeap) => number, last: number, length: number, state: number][] =
  [
    ['free list of 2 pages', (heap) => heap.freeSpans.listOf(2), 0, 2, FREE],
    ['busy list of 1 pages', (heap) => heap.busyList(1), 78, 1, INUSE],
    ['busy list of long spans', () => BUSY_LARGE, 69, 0, INUSE],
  ];

const LIST_BREAKAGES: Breakage[] = LISTS.flatMap(([name, head, page, length, state]): Breakage[] => [
  [`${name}: its links don't lead back to its head`, (heap) => set(heap, at(heap, page), NEXT, NIL)],
  [
    `${name}: the span at page ${page} is not linked both ways`,
    (heap) => set(heap, at(heap, page), PREV, NIL),
  ],
  [
    `${name}: the span at page ${page} does not know that it stands there`,
    // The head of an empty list of either kind.
    (heap) => set(heap, at(heap, page), LIST, heap.freeSpans.listOf(7)),
  ],
  [
    `${name}: the span at page ${page} has another state`,
    (heap) => set(heap, at(heap, page), FLAGS, state === FREE ? INUSE : STACK),
  ],
  [`${name}: its head does not know its last member`, (heap) => set(heap, head(heap), PREV, head(heap))],
  ...(length === 0
    ? []
    : ([
        [
          `${name}: the span at page 69 has another length`,
          (heap) => {
            const { words } = heap.records;
            const s = at(heap, 69);
            heap.lists.remove(words, BUSY_LARGE, s);
            if (state === FREE) words[s + FLAGS] = FREE;
            heap.lists.insert(words, head(heap), s);
          },
        ],
      ] satisfies Breakage[])),
]);

const TREES: Breakage[] = [
  ['bitmap of lengths: wrong about the free list of 2 pages', (heap) => heap.freeSpans.lengths.delete(2)],
  ['bitmap of lengths: wrong about the free list of 7 pages', (heap) => heap.freeSpans.lengths.add(7)],
  ['bitmap of lengths: wrong about the tree of 20 pages', (heap) => heap.freeSpans.lengths.delete(20)],
  ['bitmap of lengths: wrong about the tree of 8 pages', (heap) => heap.freeSpans.lengths.add(8)],
  [
    'trees: they have 4 spans, but 5 say that they stand there',
    (heap) => set(heap, heap.alloc(1, STACK, false), LIST, INDEXED),
  ],
  [
    'trees: they have 3 spans, but 4 say that they stand there',
    (heap) => set(heap, at(heap, 27), RIGHT, NIL),
  ],
  [
    'tree of 20 pages: the span at page 48 stands on the wrong side',
    (heap) => {
      const s = at(heap, 27);
      set(heap, s, RIGHT, NIL);
      set(heap, s, LEFT, at(heap, 48));
      set(heap, at(heap, 48), PARENT, s + LEFT);
    },
  ],
  [
    'tree of 20 pages: the span at page 27 does not know its parent',
    (heap) => set(heap, at(heap, 27), PARENT, NIL),
  ],
  [
    'tree of 20 pages: the span at page 6 does not know its parent',
    (heap) => set(heap, at(heap, 6), PARENT, at(heap, 27)),
  ],
  [
    'tree of 50 pages: the span at page 79 has another length',
    (heap) => {
      const s = at(heap, 79);
      heap.freeSpans.large.remove(heap.records.words, s);
      heap.freeSpans.large.insert(heap.records.words, s, 50);
    },
  ],
  ['tree of 20 pages: the span at page 27 is not free', (heap) => set(heap, at(heap, 27), FLAGS, INUSE)],
  [
    'tree of 20 pages: the span at page 48 does not know that it stands there',
    (heap) => {
      set(heap, at(heap, 48), LIST, OVERFLOW);
      // A stack span says it in its place, so that their number is right.
      const s = heap.alloc(1, STACK, false);
      set(heap, s, LIST, INDEXED);
    },
  ],
];

const BITMAPS: Breakage[] = [
  [
    'bitmap of last pages: wrong about word 0 of its lower levels',
    (heap) => (heap.table.lastPages.top[0] = 0),
  ],
  [
    'bitmap of last pages: wrong about word 6 of its lower levels',
    (heap) => (heap.table.lastPages.middle[0] |= 64),
  ],
  [
    'bitmap of lengths: wrong about word 1 of its lower levels',
    (heap) => (heap.freeSpans.lengths.middle[0] &= ~2),
  ],
  [
    'bitmap of lengths: wrong about word 5 of its lower levels',
    (heap) => (heap.freeSpans.lengths.middle[0] |= 32),
  ],
];

describe('the audit', () => {
  it('finds nothing in the heap that is broken below', () => {
    const heap = setUp();
    assert.deepEqual(auditPages(heap), []);
    const starts = [0, 2, 3, 5, 6, 26, 27, 47, 48, 68, 69, 78, 79];
    assert.deepEqual(
      starts.map((page) => heap.records.words[at(heap, page) + START]),
      starts,
    );
    assert.notEqual(heap.records.dead, NIL);
  });

  const breakages = [...TABLE, ...RECORDS, ...LIST_BREAKAGES, ...TREES, ...BITMAPS];
  it.each(breakages)('says "%s", and nothing else', (complaint, damage) => {
    const heap = setUp();
    damage(heap);
    assert.deepEqual(auditPages(heap), [complaint]);
  });

  it('says what is wrong with the list of the longest free spans', () => {
    const damages: Breakage[] = [
      [`its links don't lead back to its head`, (heap) => set(heap, at(heap, 0), NEXT, NIL)],
      ['the span at page 0 is not linked both ways', (heap) => set(heap, at(heap, 0), PREV, NIL)],
      [
        'the span at page 0 does not know that it stands there',
        (heap) => set(heap, at(heap, 0), LIST, BUSY_LARGE),
      ],
      ['the span at page 0 has another state', (heap) => set(heap, at(heap, 0), FLAGS, DEAD)],
      ['its head does not know its last member', (heap) => set(heap, OVERFLOW, PREV, OVERFLOW)],
    ];
    for (const [complaint, damage] of damages) {
      const arenaPages = LONGEST_INDEXED + 1;
      const heap = new PageHeap(heapConfig({ arenaPages }), new RecordingHost());
      heap.free(heap.alloc(arenaPages, INUSE, false), 0);
      assert.deepEqual(auditPages(heap), []);
      damage(heap);
      assert.deepEqual(auditPages(heap), [`list of the longest free spans: ${complaint}`]);
    }
  });

  it('comes to an end where links run in a circle', () => {
    for (const [page, word] of [
      [3, NEXT],
      [2, NEXT],
      [48, LEFT],
      [48, RIGHT],
    ]) {
      const heap = setUp();
      set(heap, at(heap, page), word, at(heap, page));
      assert.notDeepEqual(auditPages(heap), []);
    }
  });

  it('stops at the table where that is broken, since only the table names the spans', () => {
    const heap = setUp();
    heap.table.entries[25] = NIL;
    heap.table.lastPages.delete(78);
    heap.records.inUse += 1;
    assert.deepEqual(auditPages(heap), [
      'span table: page 25, the last one of the span at page 6, leads elsewhere',
      'bitmap of last pages: wrong about the span at page 78, which ends at page 78',
    ]);
  });

  it.each([1, 8, 128])('finds nothing over random histories with lists below %d pages', (maxHeapList) => {
    const chance = new Chance(maxHeapList, 9, 0);
    const heap = new PageHeap(heapConfig({ arenaPages: 2000, maxHeapList }), new RecordingHost());
    const live: number[] = [];
    for (let step = 0; step < 1500; step++) {
      if (live.length > 0 && chance.happens(Math.floor(step / 150) % 2 === 0 ? 0.35 : 0.65)) {
        const [s] = live.splice(chance.below(live.length), 1);
        const isStack = (heap.records.words[s + FLAGS] & STATE) === STACK;
        if (isStack) heap.freeStack(s);
        else heap.free(s, chance.below(2));
      } else {
        const flags = chance.pick([INUSE, STACK]);
        const s = heap.alloc(chance.magnitude(1, 300), flags, flags === INUSE && chance.happens(0.5));
        if (s !== NIL) live.push(s);
      }
      if (step % 4 === 0) assert.deepEqual(auditPages(heap), [], `after step ${step}`);
    }
  });
});
