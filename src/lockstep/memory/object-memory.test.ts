import { heapConfig, type MallocOperation, type Operation } from '../../spec/index.js';
import { parseProgram } from '../../programs/index.js';
import { referenceHeap } from '../../reference/index.js';
import { runLockstep } from '../lockstep.js';
import { MemoryHost } from './memory-host.js';

const PAGE = 8192;
const CONFIG = heapConfig({ arenaPages: 64 });

/** A host whose arena is mapped, and in which nothing lives. */
function emptyHost(): MemoryHost {
  const host = new MemoryHost(CONFIG);
  host.sysMap(0, 32 * PAGE);
  return host;
}

/** What the heap does in an operation that it ends with a result. */
function run(host: MemoryHost, operation: Operation, result: unknown, during = (): unknown => null): void {
  host.reset();
  host.before(operation);
  during();
  host.after(operation, result as never);
}

function malloc(
  host: MemoryHost,
  size: number,
  addr: number,
  {
    zeroed = false,
    clears = [],
    ...more
  }: Partial<MallocOperation> & {
    zeroed?: boolean;
    clears?: [number, number][];
  } = {},
): void {
  const operation = { op: 'malloc', p: 0, size, needzero: false, scan: size, ...more } as const;
  run(host, operation, { addr, zeroed }, () => {
    for (const [offset, bytes] of clears) host.clear(offset, bytes);
  });
}

/** A tiny object that begins a block. */
function tinyBlock(host: MemoryHost, size: number, addr: number): void {
  malloc(host, size, addr, { scan: 0, zeroed: true, clears: [[addr, 16]] });
}

const GC_END: Operation = { op: 'gcEnd', heapDistance: 0 };

function cycle(host: MemoryHost, marks: readonly number[], sweep: () => unknown): void {
  run(host, { op: 'gcStart' }, undefined);
  for (const addr of marks) run(host, { op: 'mark', addr }, undefined);
  run(host, GC_END, undefined, sweep);
}

/** Two objects of 1024 bytes at 0, one of 40,000 bytes at page 2, and a block of tiny ones at page 8. */
function hostWithObjects(): MemoryHost {
  const host = emptyHost();
  malloc(host, 1000, 0);
  malloc(host, 1000, 1024);
  malloc(host, 40_000, 2 * PAGE);
  tinyBlock(host, 3, 8 * PAGE);
  malloc(host, 4, 8 * PAGE + 4, { scan: 0 });
  return host;
}

test('a heap that does everything right', () => {
  const host = hostWithObjects();
  run(host, { op: 'addFinalizer', p: 0, addr: 2 * PAGE, id: 7 }, { added: true });
  cycle(host, [1024 + 5, 8 * PAGE + 2], () => {
    host.spanClaimed(0);
    host.spanClaimed(2 * PAGE);
    host.queueFinalizer(2 * PAGE, 7);
    host.spanClaimed(8 * PAGE);
  });
  malloc(host, 1024, 0, { needzero: true, zeroed: true, clears: [[0, 1024]] });
  cycle(host, [], () => {
    for (const page of [0, 2, 8]) host.spanClaimed(page * PAGE);
    host.sysUnused(2 * PAGE, PAGE);
  });
  // A small object that begins a span of which all was cleared.
  malloc(host, 100, 8 * PAGE, { needzero: true, clears: [[8 * PAGE, PAGE]] });
  malloc(host, 8192, 9 * PAGE, { needzero: true, clears: [[9 * PAGE, PAGE]] });
  host.verifyAll();
  expect(host.problems).toEqual([]);
});

test.each<[does: string, to: (host: MemoryHost) => unknown, problem: RegExp]>([
  ['gives an object out twice', (h) => malloc(h, 1000, 1024), /@1024 \(1000 bytes\) is in use/],
  [
    'gives out what is none of the slots',
    (h) => malloc(h, 1000, 3000),
    /@3000 .* is no object of the span @0/,
  ],
  ['mixes classes in a span', (h) => malloc(h, 500, 4096), /lies in the span @0 of objects of 1024 bytes/],
  ['begins a span in its midst', (h) => malloc(h, 1000, 20 * PAGE + 64), /begins none/],
  [
    'puts a large object on others',
    (h) => malloc(h, 70_000, 4 * PAGE),
    /overlaps the span of objects on page 4/,
  ],
  ['gives out what is not mapped', (h) => malloc(h, 1000, 40 * PAGE), /not whole pages of the mapped arena/],
  [
    'gives out pages of objects for a stack',
    (h) => run(h, { op: 'allocStack', npages: 2 }, { base: PAGE }),
    /overlaps the span of objects on page 2/,
  ],
  [
    'puts an object on a stack',
    (h) => {
      run(h, { op: 'allocStack', npages: 2 }, { base: 20 * PAGE });
      malloc(h, 1000, 21 * PAGE);
    },
    /give out .*@172032: span @163840 of 2 pages is in use/,
  ],
  [
    'gives out released memory',
    (h) => {
      h.sysUnused(20 * PAGE, PAGE);
      malloc(h, 1000, 20 * PAGE);
    },
    /is released and was not said to be used again/,
  ],
  [
    'puts tiny objects on each other',
    (h) => malloc(h, 4, 8 * PAGE + 6, { scan: 0 }),
    /across others of its block/,
  ],
  [
    'puts a tiny object over the edge',
    (h) => malloc(h, 4, 8 * PAGE + 13, { scan: 0 }),
    /across others of its block/,
  ],
  ['has no block for a tiny object', (h) => malloc(h, 4, 8 * PAGE + 16, { scan: 0 }), /in no open block/],
  [
    'gives out dirt for zeroes',
    (h) => {
      cycle(h, [1024], () => h.spanClaimed(0));
      malloc(h, 1000, 0, { needzero: true });
    },
    /^give out 1024 bytes @0, zeroed: the byte @0 is \d+$/,
  ],
  [
    'says zeroed but is not',
    (h) => malloc(h, 1000, 2048, { zeroed: true }),
    /zeroed is true, and clear nothing$/,
  ],
  [
    'clears but does not say so',
    (h) => malloc(h, 1000, 2048, { clears: [[2048, 1024]] }),
    /zeroed is false, and clear 1024 bytes @2048$/,
  ],
  [
    'clears a bit of the next object too',
    (h) => malloc(h, 1000, 2048, { zeroed: true, clears: [[2048, 1032]] }),
    /zeroed is true, and clear 1032 bytes/,
  ],
  [
    'clears a live object',
    (h) => h.clear(1024, 8),
    /clear 8 bytes @1024: the object of 1024 bytes @1024 is in use/,
  ],
  [
    'releases a live object',
    (h) => h.sysUnused(6 * PAGE, PAGE),
    /release .*: the object of 40960 bytes @16384 is in use/,
  ],
  [
    'loses what a dying object holds',
    (h) => {
      h.clear(1500, 1);
      h.problems.length = 0;
      cycle(h, [0], () => h.spanClaimed(0));
    },
    /the byte @1500 of live object @1024 had changed when it died/,
  ],
  [
    'loses what a finalizer may look at',
    (h) => {
      run(h, { op: 'addFinalizer', p: 0, addr: 3 * PAGE, id: 7 }, { added: true });
      h.clear(3 * PAGE, 1);
      h.problems.length = 0;
      cycle(h, [], () => {
        h.spanClaimed(2 * PAGE);
        h.queueFinalizer(3 * PAGE, 7);
      });
    },
    /the byte @24576 of live object @16384 had changed when its finalizer was queued/,
  ],
  [
    'loses a tiny object',
    (h) => {
      h.clear(8 * PAGE + 4, 1);
      h.problems.length = 0;
      h.verifyAll();
    },
    /the byte @65540 of live object @65540 had changed at the end/,
  ],
])('a heap that %s', (_, to, problem) => {
  const host = hostWithObjects();
  to(host);
  expect(host.problems.join('; ')).toMatch(problem);
});

test('what is dead and not yet swept is still looked at', () => {
  const host = hostWithObjects();
  cycle(host, [], () => null);
  host.clear(0, 8);
  expect(host.problems).toEqual(['clear 8 bytes @0: the object of 1024 bytes @0 is in use']);
});

test('what comes to life by its finalizer alone was never written to', () => {
  const program = parseProgram(`
    o1 = malloc 1
    addFinalizer o1+16 id 0
    gcStart
    gcEnd
    gcStart
    gcEnd`);
  const { divergence, operations } = runLockstep(program, { heaps: [referenceHeap], memory: true });
  expect(divergence).toBeUndefined();
  expect(operations).toBe(6);
});

test('where a sweep frees no more than comes to life, the heap does not know of what died', () => {
  const source = `
    o1 = malloc 1
    addFinalizer o1+16 id 0
    gcStart
    gcEnd
    o2 = malloc 16 needzero`;
  const run = (text: string): unknown =>
    runLockstep(parseProgram(text), { heaps: [referenceHeap], memory: true }).divergence;
  expect(run(source)).toBeUndefined();
  // The next sweep frees both, and what is given out then is cleared.
  expect(run(`${source}\ngcStart\ngcEnd\no3 = malloc 16 needzero`)).toBeUndefined();
});

test('where a sweep frees more than comes to life, clear memory is clear', () => {
  const host = emptyHost();
  malloc(host, 1024, 0);
  malloc(host, 1024, 1024);
  run(host, { op: 'addFinalizer', p: 0, addr: 2048, id: 0 }, { added: true });
  cycle(host, [], () => {
    host.spanClaimed(0);
    host.queueFinalizer(2048, 0);
  });
  malloc(host, 1024, 0, { needzero: true });
  expect(host.problems.join('; ')).toMatch(/give out 1024 bytes @0, zeroed: the byte @0 is /);
});
