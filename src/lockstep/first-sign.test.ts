import { parseProgram, type Program } from '../programs/index.js';
import { ReferenceHeap, referenceHeap } from '../reference/index.js';
import type { Heap, HeapFactory, OperationResult, State } from '../spec/index.js';
import { runLockstep } from './lockstep.js';
import type { Divergence, LockstepOptions } from './report.js';
import { ShapeCounter } from './shapes/index.js';

/** What a heap shows otherwise than it is; `n` is the number of the operation. */
interface Lies {
  readonly result?: (n: number, result: OperationResult, sound: Heap) => OperationResult;
  readonly clock?: (n: number) => number;
  readonly audit?: (n: number) => readonly string[];
}

function lying({ result, clock, audit }: Lies): HeapFactory {
  return {
    name: 'lying',
    create(config, host) {
      const sound = new ReferenceHeap(config, host);
      let n = 0;
      return {
        config,
        perform(operation) {
          n++;
          const truth = sound.perform(operation);
          return result ? result(n, truth, sound) : truth;
        },
        statistics: () => sound.statistics(),
        state: (): State => ({ ...sound.state(), ...(clock && { clock: clock(n) }) }),
        audit: () => audit?.(n) ?? [],
      };
    },
  };
}

/** That many stacks that stay. */
function stacks(commands: number): Program {
  return parseProgram(Array.from({ length: commands }, (_, i) => `s${i + 1} = allocStack 1`).join('\n'));
}

const LONG = stacks(300);

function divergenceOf(
  program: Program,
  lies: Lies,
  options: Partial<LockstepOptions> = {},
): Divergence | undefined {
  return runLockstep(program, { heaps: [referenceHeap, lying(lies)], ...options }).divergence;
}

test.each([0, 1, 100, 128, 129, 299, 300])('of another state, from operation %d on', (from) => {
  const divergence = divergenceOf(LONG, { clock: (n) => (n < from ? 1 : 2) });
  expect(divergence).toMatchObject({ kind: 'state', operation: from, commandIndex: from - 1 });
});

test('of a state that is only sometimes another', () => {
  const divergence = divergenceOf(LONG, { clock: (n) => (n === 140 || n === 256 ? 2 : 1) });
  expect(divergence).toMatchObject({ kind: 'state', operation: 140 });
});

test('of a result that goes back to another state', () => {
  const lies: Lies = { clock: (n) => (n < 150 ? 1 : 2), result: (n, result) => (n === 170 ? null : result) };
  const divergence = divergenceOf(LONG, lies);
  expect(divergence).toMatchObject({ kind: 'state', operation: 150 });
  expect(divergence?.message).toMatch(
    /\(it first showed in operation 170: lying gave another result than reference\)$/,
  );
  expect(divergenceOf(LONG, lies, { locate: false })).toMatchObject({ kind: 'result', operation: 170 });
});

test('of a result that goes back to nothing', () => {
  const divergence = divergenceOf(LONG, { result: (n, result) => (n === 170 ? null : result) });
  expect(divergence).toMatchObject({
    kind: 'result',
    operation: 170,
    message: 'lying gave another result than reference',
  });
});

test('of a failed audit', () => {
  expect(divergenceOf(LONG, { audit: (n) => (n < 33 ? [] : ['lost']) })).toMatchObject({
    kind: 'audit',
    operation: 33,
  });
});

test.each([
  [20, 1],
  [20, 3],
  [20, 20],
  [300, 203],
])('of a wrong answer that none of %d operations asks for, from operation %d on', (length, from) => {
  const nothing = { inheap: false, inHeapOrStack: false, lookupMaybe: null, mlookup: null };
  const divergence = divergenceOf(stacks(length), {
    result: (_, result, sound) => {
      const isAnswer = typeof result === 'object' && result !== null && 'inheap' in result;
      return isAnswer && sound.statistics().stacks_inuse >= from * 8192 ? nothing : result;
    },
  });
  expect(divergence).toMatchObject({ kind: 'invariant', heap: 'lying', operation: from });
  expect(divergence?.invariant?.name).toBe('queries.agree-with-tiling');
});

test('of a heap that is another each time', () => {
  let heaps = 0;
  const moody: HeapFactory = {
    name: 'moody',
    create: (config, host) =>
      (heaps++ === 0 ? lying({ clock: (n) => (n < 200 ? 1 : 2) }) : referenceHeap).create(config, host),
  };
  const { divergence } = runLockstep(LONG, { heaps: [referenceHeap, moody] });
  expect(divergence).toMatchObject({ kind: 'state', operation: 256 });
  expect(divergence?.message).toMatch(
    /\(not so when looked at more often: a heap is not deterministic, or looking at it changes it\)$/,
  );
});

test('does not count shapes twice', () => {
  const [once, again] = [new ShapeCounter(), new ShapeCounter()];
  divergenceOf(LONG, {}, { shapes: once });
  divergenceOf(LONG, { clock: (n) => (n < 299 ? 1 : 2) }, { shapes: again });
  expect(again.toJSON()).toEqual(once.toJSON());
});
