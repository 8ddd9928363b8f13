import { parseProgram, type Command, type Program } from '../programs/index.js';
import { ReferenceHeap } from '../reference/index.js';
import type { Heap, HeapFactory, Host, Operation, OperationResult, Statistics } from '../spec/index.js';
import { runLockstep } from './lockstep.js';
import { renderDivergence } from './render.js';
import type { Divergence, LockstepReport } from './report.js';

/** How a heap that claims spans behaves otherwise than it should. */
interface Fault {
  readonly claims?: (bases: readonly number[]) => readonly number[];
  readonly statistics?: (statistics: Statistics, claims: number) => Statistics;
  readonly perform?: (operation: Operation, depth: number, sound: Heap, host: Host) => OperationResult;
  /** Whether it takes no notice of what is thrown at its claims. */
  readonly deaf?: boolean;
}

/** A heap of pages that claims the spans at 0 and 8192 in every stack that it allocates, and 0 in every free. */
function claiming(name: string, fault: Fault = {}): HeapFactory {
  return {
    name,
    create(config, host) {
      const sound = new ReferenceHeap(config, host);
      let claims = 0;
      let depth = 0;
      const claim = (bases: readonly number[]): void => {
        for (const base of fault.claims?.(bases) ?? bases) {
          claims++;
          try {
            host.spanClaimed(base);
          } catch (thrown) {
            if (fault.deaf !== true) throw thrown;
          }
        }
      };
      const perform = (operation: Operation): OperationResult => {
        depth++;
        try {
          if (operation.op === 'allocStack') claim([0, 8192]);
          if (operation.op === 'freeStack') claim([0]);
          return fault.perform ? fault.perform(operation, depth, sound, host) : sound.perform(operation);
        } finally {
          depth--;
        }
      };
      const statistics = (): Statistics => {
        const all = sound.statistics();
        return fault.statistics ? fault.statistics(all, claims) : all;
      };
      return { config, perform, statistics, state: () => sound.state() };
    },
  };
}

/** Commands, each with the claim at which it runs where it has one. */
function program(...commands: readonly (readonly [text: string, ...claim: number[]])[]): Program {
  const parsed = parseProgram(commands.map(([text]) => text).join('\n'));
  const placed = parsed.commands.map((command, i): Command =>
    commands[i].length === 1 ? command : { ...command, claim: commands[i].slice(1) as number[] },
  );
  return { ...parsed, commands: placed };
}

const NESTED = program(
  ['s1 = alloc 3'],
  ['s2 = allocStack 1'],
  ['s3 = alloc 1', 1],
  ['query s3', 1],
  ['s4 = allocStack 1', 2],
  ['tick 5ns', 2, 1],
  ['free s3', 2, 2],
  ['tick 7ns', 3],
  ['query s4'],
  ['freeStack s2'],
);

function run(of: Program, fault: Fault = {}): LockstepReport {
  return runLockstep(of, { heaps: [claiming('first'), claiming('other', fault)], invariants: [] });
}

function found(of: Program, fault: Fault): Divergence {
  const { divergence } = run(of, fault);
  if (divergence === undefined) throw new Error('nothing was found');
  return divergence;
}

test('commands run at their claims, on every heap, and are counted in the order in which they begin', () => {
  // The third claim of operation 2 never comes.
  expect(run(NESTED)).toEqual({ operations: 9, skipped: 1, states: 5 });
});

test('each operation is told before it begins, one inside of another on each heap', () => {
  const told: number[][] = [];
  const onOperation = (...place: number[]): void => void told.push(place);
  runLockstep(NESTED, { heaps: [claiming('first'), claiming('other')], invariants: [], onOperation });
  const inside = [
    [3, 2],
    [4, 3],
    [5, 4],
    [6, 5],
    [7, 6],
  ];
  expect(told).toEqual([[0, -1], [1, 0], [2, 1], ...inside, ...inside, [8, 8], [9, 9]]);
});

test('what is allocated inside is bound', () => {
  const { divergence, ...report } = run(
    program(['allocStack 1'], ['s3 = alloc 1', 1], ['free s3'], ['free s3']),
  );
  expect(divergence).toBeUndefined();
  expect(report).toMatchObject({ operations: 4, endedBy: 'MHeap_FreeSpanLocked - invalid span state' });
});

test.each<[does: string, fault: Fault, found: Partial<Divergence>, says: RegExp]>([
  [
    'claims another span',
    { claims: (bases) => bases.map((base) => base + 8192) },
    { kind: 'effects', operation: 2, commandIndex: 1 },
    /^other claims the span @8192 for sweeping, and the span @0 should be \(claim 1\)$/,
  ],
  [
    'claims a span more',
    { claims: (bases) => [...bases, 24576] },
    { kind: 'effects', operation: 5, commandIndex: 4 },
    /^other claims the span @24576 for sweeping, and there should be no more \(claim 3\) \(inside of operation 2\)$/,
  ],
  [
    'claims a span fewer',
    { claims: (bases) => bases.slice(0, 1) },
    { kind: 'effects', operation: 2, commandIndex: 1 },
    /something else to its host/,
  ],
  [
    'has other statistics at a claim',
    { statistics: (s, claims) => ({ ...s, nlookup: s.nlookup + (claims === 2 ? 1 : 0) }) },
    { kind: 'statistics', operation: 2, commandIndex: 1 },
    /when it has claimed the span @8192 for sweeping \(claim 2\)$/,
  ],
  [
    'gives another result inside',
    { perform: (o, depth, sound) => (o.op === 'alloc' && depth > 1 ? null : sound.perform(o)) },
    { kind: 'result', operation: 3, commandIndex: 2, lastIndex: 6 },
    /^other gave another result than first \(inside of operation 2\)$/,
  ],
  [
    'has another effect two levels inside',
    {
      perform(o, depth, sound, host) {
        if (depth === 3 && o.op === 'free') host.queueFinalizer(5, 5);
        return sound.perform(o);
      },
    },
    { kind: 'effects', operation: 7, commandIndex: 6 },
    /to its host/,
  ],
  [
    'refuses inside, but does something',
    {
      perform(o, depth, sound, host) {
        if (depth === 1 || o.op !== 'query') return sound.perform(o);
        host.profileFree(1, 1);
        throw new RangeError('no');
      },
    },
    { kind: 'effects', operation: 4, commandIndex: 3 },
    /refused the operation, but only after/,
  ],
  [
    'crashes inside',
    {
      perform(o, depth, sound) {
        if (depth > 1 && o.op === 'tick') throw new Error('boom');
        return sound.perform(o);
      },
    },
    { kind: 'crash', operation: 6, commandIndex: 5 },
    /^other crashed in an operation: Error: boom/,
  ],
])('a heap that %s', (_, fault, expected, says) => {
  const divergence = found(NESTED, fault);
  expect(divergence).toMatchObject({ heap: 'other', ...expected });
  expect(divergence.message).toMatch(says);
});

test('a statistic at a claim is named by its path', () => {
  const { differences } = found(NESTED, {
    statistics: (s, claims) => ({ ...s, nlookup: s.nlookup + (claims === 2 ? 1 : 0) }),
  });
  expect(differences).toEqual([{ path: 'claims[1].statistics.nlookup', expected: 0, actual: 1 }]);
});

describe('a fatal error inside', () => {
  const fatal = program(
    ['s1 = alloc 1'],
    ['free s1'],
    ['allocStack 1'],
    ['free s1', 1],
    ['tick 1ns', 1],
    ['tick 1ns'],
  );

  test('ends the operation around it, and the run', () => {
    expect(run(fatal)).toMatchObject({
      operations: 4,
      skipped: 0,
      endedBy: 'MHeap_FreeSpanLocked - invalid span state',
    });
  });

  test('must not be swallowed', () => {
    const divergence = runLockstep(fatal, {
      heaps: [claiming('deaf', { deaf: true, perform: swallow })],
    }).divergence;
    expect(divergence).toMatchObject({ kind: 'error', operation: 3, commandIndex: 2 });
    expect(divergence?.message).toMatch(/^deaf went on after a fatal error of an operation inside/);
  });

  function swallow(operation: Operation, _depth: number, sound: Heap): OperationResult {
    return operation.op === 'allocStack' ? { base: 0 } : sound.perform(operation);
  }
});

test('expectations hold inside too', () => {
  const expecting = program(['allocStack 1'], ['free @8 ! RangeError', 1], ['free @8 ! result', 1]);
  expect(found(expecting, {})).toMatchObject({ kind: 'expectation', operation: 3, commandIndex: 2 });
});

test('what ran inside is shown up to the last command that did', () => {
  const fault: Fault = { statistics: (s) => ({ ...s, nlookup: 9 }) };
  const late: Fault = { statistics: (s, claims) => (claims === 4 ? { ...s, nlookup: 9 } : s) };
  expect(found(NESTED, fault)).toMatchObject({ operation: 0 });
  const divergence = found(NESTED, late);
  expect(divergence).toMatchObject({ operation: 5, commandIndex: 4 });
  expect(renderDivergence(NESTED, divergence)).toMatch(/s4 = allocStack 1.*# <-- operation 5\n.*tick/);
});
