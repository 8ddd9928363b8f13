import { RecordingHost, runLockstep } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import { heapConfig, type HeapFactory } from '../spec/index.js';
import { CANARY_LEAST_COMMANDS, CANARY_SPARES_PAGES, canaryHeap } from './canary.js';

const lockstep = (
  text: string,
  heaps: readonly [HeapFactory, ...HeapFactory[]],
  memory = false,
): string | undefined => runLockstep(parseProgram(text), { heaps, memory }).divergence?.kind;

const SICK = CANARY_SPARES_PAGES + 1;

test('the fault takes as few commands as it says', () => {
  const program = `s1 = alloc ${SICK}\nfree s1 dirty`;
  expect(parseProgram(program).commands).toHaveLength(CANARY_LEAST_COMMANDS);
  expect(lockstep(program, [referenceHeap, canaryHeap])).toBe('state');
  expect(lockstep(program, [referenceHeap, optimizedHeap])).toBeUndefined();
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
