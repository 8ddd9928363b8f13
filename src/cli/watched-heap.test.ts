import { RecordingHost } from '../lockstep/index.js';
import { heapConfig, type Heap, type HeapFactory, type Operation } from '../spec/index.js';
import { referenceHeap } from '../reference/index.js';
import { Beacon } from './beacon.js';
import { watchedHeap } from './watched-heap.js';

const beacon = new Beacon();
const seen = new Beacon(beacon.memory);
const query: Operation = { op: 'query', addr: 0 };

/** Where the heap was seen to be, each time that it was at work. */
let calls: (readonly [heap: number | undefined, errand: string | undefined, operation: number])[] = [];

function look(): void {
  const { call, operation } = seen.sight();
  calls.push([call?.heap, call?.errand, operation]);
}

/** The reference, which looks where it is. */
const factory: HeapFactory = {
  name: 'looks',
  create: (config, host) => {
    look();
    const heap = referenceHeap.create(config, host);
    const looking = <T>(action: () => T): T => {
      look();
      return action();
    };
    return {
      config,
      perform: (operation) => looking(() => heap.perform(operation)),
      state: () => looking(() => heap.state()),
      statistics: () => looking(() => heap.statistics()),
      audit: () => looking(() => []),
    };
  },
};

function make(from = factory): Heap {
  return watchedHeap(from, 2, beacon).create(heapConfig(), new RecordingHost());
}

beforeEach(() => {
  calls = [];
  beacon.place(0, -1);
});

test('another thread sees each call, and that it is over', () => {
  const heap = make();
  beacon.place(1, 4);
  heap.perform(query);
  heap.statistics();
  heap.state();
  heap.audit?.();
  expect(calls).toEqual([
    [2, 'create', 0],
    [2, 'perform', 1],
    [2, 'statistics', 1],
    [2, 'state', 1],
    [2, 'audit', 1],
  ]);
  expect(seen.sight()).toMatchObject({ operation: 1, index: 4 });
  expect(seen.sight().call).toBeUndefined();
});

test('what is performed besides the operations of a program only asks', () => {
  const heap = make();
  heap.perform(query);
  beacon.place(1, 0);
  heap.perform(query);
  heap.perform(query);
  expect(calls.map(([, errand]) => errand)).toEqual(['create', 'ask', 'perform', 'ask']);
});

test('a call that throws is over too, and the error is that of the heap', () => {
  const heap = make();
  expect(() => heap.perform({ op: 'query', addr: -1.5 })).toThrow(RangeError);
  expect(seen.sight().call).toBeUndefined();
});

test('every call changes the count, so that it counts as progress', () => {
  const heap = make();
  const { ticks } = seen.sight();
  heap.statistics();
  expect(seen.sight().ticks).toBeGreaterThan(ticks);
});

test('a heap without an audit has none', () => {
  expect(make(referenceHeap)).not.toHaveProperty('audit');
});

test('a heap that is called from within its own call is at the inner one, and afterwards at the outer one', () => {
  const host = new RecordingHost();
  const heap = watchedHeap(factory, 2, beacon).create(heapConfig(), host);
  const malloc: Operation = { op: 'malloc', p: 0, size: 64, needzero: false, scan: 0 };
  for (const operation of [malloc, { op: 'flush', p: 0 }, { op: 'gcStart' }] as const) {
    heap.perform(operation);
  }
  heap.perform({ op: 'gcEnd', heapDistance: 1e6 });
  host.claimListener = () => {
    look();
    beacon.place(10, 11);
    heap.statistics();
    heap.perform({ op: 'tick', ns: 5 });
    look();
  };
  calls = [];
  beacon.place(9, 9);
  heap.perform({ op: 'sweepone', p: 0 });
  expect(seen.sight()).toMatchObject({ operation: 9, index: 9 });
  expect(seen.sight().call).toBeUndefined();
  heap.perform(query);
  expect(calls).toEqual([
    [2, 'perform', 9],
    [2, 'perform', 9],
    [2, 'statistics', 10],
    [2, 'perform', 10],
    [2, 'perform', 9],
    [2, 'ask', 9],
  ]);
});
