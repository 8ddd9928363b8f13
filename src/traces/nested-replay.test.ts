import assert from 'node:assert/strict';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import type { Heap, HeapFactory, Host, Operation } from '../spec/index.js';
import {
  goldenTraces,
  readGoldenTrace,
  renderMismatch,
  replayTrace,
  type TraceClaim,
  type TraceOperation,
  type TraceRecord,
  type TraceStep,
} from './index.js';

const HEAPS = [referenceHeap, optimizedHeap];

/** Up to the first step that has a step two levels inside of it, with what it takes to get there. */
let records: TraceRecord[];
let last: TraceStep;
/** The first claim of the last step at which another one with claims runs, and that one. */
let outer: number;
let middle: number;
let inner: number;

beforeAll(async () => {
  for (const trace of goldenTraces().filter(({ name }) => name.startsWith('interleaved'))) {
    records = [];
    for await (const record of readGoldenTrace(trace)) {
      records.push(record);
      if (record.kind !== 'step' || !findNested(record)) continue;
      last = record;
      return;
    }
  }
  assert.fail('no recording has steps inside of steps inside of steps');
});

function findNested({ claims }: TraceOperation): boolean {
  outer = claims.findIndex(({ steps }) => steps.some((step) => nestedClaim(step) >= 0));
  if (outer < 0) return false;
  middle = claims[outer].steps.findIndex((step) => nestedClaim(step) >= 0);
  inner = nestedClaim(claims[outer].steps[middle]);
  return true;
}

function nestedClaim({ claims }: TraceOperation): number {
  return claims.findIndex(({ steps }) => steps.length > 0);
}

/** The records, with the step inside at `outer` and `middle` changed. */
function withMiddle(change: (step: TraceOperation) => Partial<TraceOperation>): TraceRecord[] {
  return withLast((step) => ({
    claims: step.claims.with(outer, {
      ...step.claims[outer],
      steps: step.claims[outer].steps.with(middle, {
        ...step.claims[outer].steps[middle],
        ...change(step.claims[outer].steps[middle]),
      }),
    }),
  }));
}

function withLast(change: (step: TraceStep) => Partial<TraceStep>): TraceRecord[] {
  return [...records.slice(0, -1), { ...last, ...change(last) }];
}

describe.each(HEAPS)('on the $name heap', (heap) => {
  async function firstPath(trace: readonly TraceRecord[]): Promise<string> {
    const { mismatch } = await replayTrace(trace, heap);
    assert(mismatch, 'it replays');
    assert.equal(mismatch.line, last.line);
    assert.deepEqual(mismatch.performed, last.operation);
    return mismatch.differences[0].path;
  }

  test('the recording agrees, three steps deep', async () => {
    const { mismatch } = await replayTrace(records, heap);
    expect(mismatch && renderMismatch(mismatch)).toBeUndefined();
  });

  test('a wrong result inside is named by its path', async () => {
    const trace = withMiddle(() => ({ result: { addr: 5, zeroed: false } }));
    expect(await firstPath(trace)).toMatch(new RegExp(`^claims\\[${outer}\\]\\.steps\\[${middle}\\]\\.ret`));
    const { mismatch } = await replayTrace(trace, heap);
    const { operation } = last.claims[outer].steps[middle];
    expect(mismatch?.nested).toEqual({ path: `claims[${outer}].steps[${middle}]`, performed: operation });
    expect(mismatch && renderMismatch(mismatch)).toContain(
      `\n  in claims[${outer}].steps[${middle}]: ${operation.op}`,
    );
  });

  test.each<[string, string, (claims: readonly TraceClaim[]) => readonly TraceClaim[]]>([
    ['a span', '.span', (claims) => claims.with(inner, { ...claims[inner], span: 8192 * 12345 })],
    [
      'a statistic',
      '.stats.nlookup',
      (claims) => claims.with(inner, { ...claims[inner], stats: { nlookup: 5e9 } }),
    ],
  ])('%s at a claim inside is compared', async (_what, path, change) => {
    const where = `claims[${outer}].steps[${middle}].claims[${inner}]`;
    expect(await firstPath(withMiddle(({ claims }) => ({ claims: change(claims) })))).toBe(where + path);
  });

  test('a claim that should come and does not is said to be missing', async () => {
    const trace = withLast(({ claims }) => ({ claims: [...claims, { span: 8192, stats: {}, steps: [] }] }));
    const { mismatch } = await replayTrace(trace, heap);
    expect(mismatch?.differences[0]).toEqual({
      path: `claims[${last.claims.length}]`,
      expected: { span: 8192 },
      actual: undefined,
    });
  });

  test('a claim that comes and should not is said to be there', async () => {
    const end = last.claims.length - 1;
    const { mismatch } = await replayTrace(
      withLast(({ claims }) => ({ claims: claims.slice(0, end) })),
      heap,
    );
    expect(mismatch?.differences).toEqual([
      { path: `claims[${end}]`, expected: undefined, actual: { span: last.claims[end].span } },
    ]);
  });

  test('finalizers and profiles are compared', async () => {
    expect(await firstPath(withLast(() => ({ finalizers: [[0, 7]] })))).toBe('finalizers');
    expect(await firstPath(withLast(() => ({ profiles: [[7, 16]] })))).toBe('profiles');
  });
});

/** The reference, with something else done at a nested operation. */
function changed(perform: (heap: Heap, operation: Operation) => ReturnType<Heap['perform']>): HeapFactory {
  return {
    name: 'changed',
    create(config, host: Host) {
      const heap = referenceHeap.create(config, host);
      let depth = 0;
      return {
        config,
        statistics: () => heap.statistics(),
        state: () => heap.state(),
        perform: (operation) => {
          depth++;
          try {
            return depth > 1 ? perform(heap, operation) : heap.perform(operation);
          } finally {
            depth--;
          }
        },
      };
    },
  };
}

test('a breakdown inside is named by its path', async () => {
  const heap = changed(() => {
    throw new Error('broken');
  });
  const { mismatch } = await replayTrace(records, heap);
  assert(mismatch?.nested);
  expect(mismatch).toMatchObject({ kind: 'crash', crash: 'Error: broken' });
  expect(mismatch.nested.path).toMatch(/^claims\[\d+\]\.steps\[\d+\]$/);
});

test('a heap that swallows the end of the replay ends it all the same, with the first difference', async () => {
  const trace = withMiddle(() => ({ result: { addr: 5, zeroed: false } }));
  const heap: HeapFactory = {
    name: 'deaf',
    create: (config, host) => {
      const inner = referenceHeap.create(config, host);
      return {
        config,
        statistics: () => inner.statistics(),
        state: () => inner.state(),
        perform: (operation) => {
          try {
            return inner.perform(operation);
          } catch {
            return undefined;
          }
        },
      };
    },
  };
  const { mismatch } = await replayTrace(trace, heap);
  expect(mismatch).toMatchObject({ line: last.line, kind: 'step' });
  expect(mismatch?.differences[0].path).toContain(`claims[${outer}].steps[${middle}].ret`);
});
