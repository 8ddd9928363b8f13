import { clausesOf } from '../conformance/clauses-of.js';
import { RecordingHost, runLockstep } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import { FatalError, heapConfig, type HeapFactory } from '../spec/index.js';
import { CANARIES, canaryHeap, objectCanaryHeap, type Canary } from './canaries.js';
import { CANARY_SPARES_PAGES, forgetsDirt } from './forgets-dirt.js';

const lockstep = (
  text: string,
  heaps: readonly [HeapFactory, ...HeapFactory[]],
  memory = false,
): string | undefined => runLockstep(parseProgram(text), { heaps, memory }).divergence?.kind;

const SICK = CANARY_SPARES_PAGES + 1;

/** The smallest program that shows each fault. */
const LEAST: Record<(typeof CANARIES)[number]['name'], string> = {
  canary: `s1 = alloc ${SICK}\nfree s1 dirty`,
  'object-canary': 'o1 = malloc 2\ngcStart\nmark o1+1',
};

test.each<Canary & { name: keyof typeof LEAST }>(CANARIES)(
  'the fault of $name takes as few commands as it says',
  ({ name, heap, leastCommands }) => {
    expect(heap.name).toBe(name);
    expect(parseProgram(LEAST[name]).commands).toHaveLength(leastCommands);
    expect(lockstep(LEAST[name], [referenceHeap, heap])).toBe('state');
    expect(lockstep(LEAST[name], [referenceHeap, optimizedHeap])).toBeUndefined();
  },
);

const NAMED: Record<keyof typeof LEAST, string> = {
  canary: 'free.dirty',
  'object-canary': 'cycle.mark.inside',
};

test.each<Canary & { name: keyof typeof LEAST }>(CANARIES)(
  'what is found of $name names its clause',
  ({ name, heap }) => {
    const program = parseProgram(LEAST[name]);
    const { divergence } = runLockstep(program, { heaps: [referenceHeap, heap] });
    expect(divergence && clausesOf(program, divergence)[0]?.id).toBe(NAMED[name]);
  },
);

test('canaries and faults have names of their own', () => {
  expect(new Set(CANARIES.map(({ name }) => name)).size).toBe(CANARIES.length);
  expect(new Set(CANARIES.map(({ fault }) => fault.name)).size).toBe(CANARIES.length);
});

test('a fault is planted in any heap, which keeps its name and its audit', () => {
  const heaps = forgetsDirt.plant(optimizedHeap);
  expect(heaps.name).toBe('optimized');
  expect(heaps.create(heapConfig(), new RecordingHost()).audit?.()).toEqual([]);
  expect(canaryHeap.create(heapConfig(), new RecordingHost())).not.toHaveProperty('audit');
  expect(lockstep(LEAST.canary, [referenceHeap, heaps])).toBe('state');
});

test('the canary is well as long as spans are short, clean, or of stacks', () => {
  const heaps = [referenceHeap, canaryHeap] as const;
  expect(
    lockstep(`s1 = alloc ${CANARY_SPARES_PAGES}\nfree s1 dirty\ns2 = alloc 3 needzero`, heaps, true),
  ).toBeUndefined();
  expect(lockstep(`s1 = alloc ${SICK}\nfree s1`, heaps, true)).toBeUndefined();
  expect(
    lockstep(`s1 = allocStack ${SICK}\nfreeStack s1\ns2 = alloc ${SICK} needzero`, heaps, true),
  ).toBeUndefined();
});

test('it shows in an outcome, and in memory alone', () => {
  const program = `s1 = alloc ${SICK}\nfree s1 dirty\ns2 = alloc ${SICK} needzero`;
  const end = runLockstep(parseProgram(program), {
    heaps: [referenceHeap, canaryHeap],
    states: 'end',
    locate: false,
  });
  expect(end.divergence).toMatchObject({ kind: 'result', operation: 3 });
  expect(lockstep(program, [canaryHeap, canaryHeap], true)).toBe('memory');
  expect(lockstep(program, [canaryHeap, canaryHeap])).toBeUndefined();
});

test('a span that was freed in vain keeps its fault', () => {
  const heap = canaryHeap.create(heapConfig(), new RecordingHost());
  heap.perform({ op: 'alloc', npages: SICK, sizeclass: 0, large: false, needzero: false });
  expect(() => heap.perform({ op: 'free', base: 8192, acct: 0, needzero: true })).toThrow(RangeError);
  heap.perform({ op: 'free', base: 0, acct: 0, needzero: true });
  expect(heap.state().spans[0].needzero).toBe(0);
});

describe('the canary of objects', () => {
  const cycle = (mark: string): string =>
    `o1 = malloc 64\ngcStart\nmark ${mark}\ngcEnd distance 0\no2 = malloc 64`;

  test('is well as long as objects are marked at their start, or were through a cycle', () => {
    const heaps = [referenceHeap, objectCanaryHeap] as const;
    expect(lockstep(cycle('o1'), heaps, true)).toBeUndefined();
    expect(lockstep(`${cycle('o1')}\ngcStart\nmark o1+63\ngcEnd`, heaps, true)).toBeUndefined();
    // Marked at once, since it was allocated while marking.
    expect(lockstep('gcStart\no1 = malloc 64\nmark o1+8\ngcEnd', heaps, true)).toBeUndefined();
  });

  test('shows its fault in statistics, and in memory alone', () => {
    const end = runLockstep(parseProgram(cycle('o1+1')), {
      heaps: [referenceHeap, objectCanaryHeap],
      states: 'end',
      locate: false,
    });
    expect(end.divergence).toMatchObject({ kind: 'statistics', operation: 4 });
    expect(
      runLockstep(parseProgram(cycle('o1+1')), {
        heaps: [objectCanaryHeap],
        states: 'end',
        locate: false,
        memory: true,
      }).divergence?.kind,
    ).toBe('memory');
  });

  test('refuses to mark what the reference refuses to mark', () => {
    const heap = objectCanaryHeap.create(heapConfig(), new RecordingHost());
    heap.perform({ op: 'malloc', p: 0, size: 64, needzero: false, scan: 0 });
    expect(() => heap.perform({ op: 'mark', addr: 1 })).toThrow(RangeError);
    heap.perform({ op: 'gcStart' });
    expect(() => heap.perform({ op: 'mark', addr: 64 })).toThrow(RangeError);
    heap.perform({ op: 'mark', addr: 1 });
    expect(() => heap.perform({ op: 'addFinalizer', p: 0, addr: 8192, id: 0 })).toThrow(FatalError);
    expect(() => heap.perform({ op: 'mark', addr: 1 })).toThrow(FatalError);
  });
});
