import { FirstFitHeap } from '../../examples/first-fit/first-fit-heap.js';
import { canaryHeap } from '../faults/index.js';
import { parseProgram } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import {
  initialStatistics,
  type Heap,
  type HeapConfig,
  type Host,
  type Operation,
  type OperationResult,
} from '../spec/index.js';
import { checkConformance } from './check-conformance.js';
import type { Level, Profile } from './contract.js';
import type { MakeHeap } from './in-process.js';
import type { ConformanceOptions } from './options.js';
import type { ConformanceReport } from './report.js';

const QUICK: ConformanceOptions = { runs: 120, traces: false };

/** A heap with a fault: the reference, whose operations somebody meddles with. */
function faulty(perform: (heap: Heap, operation: Operation) => OperationResult): MakeHeap {
  return (config, host) => {
    const heap = referenceHeap.create(config, host);
    return {
      perform: (operation) => perform(heap, operation),
      statistics: () => heap.statistics(),
      state: () => heap.state(),
    };
  };
}

/** The calls of a host, to be replaced one by one. */
const hostOf = (host: Host): Host => ({
  gctrace: host.gctrace,
  nanotime: () => host.nanotime(),
  tick: (ns) => host.tick(ns),
  sysMap: (...args) => host.sysMap(...args),
  sysUsed: (...args) => host.sysUsed(...args),
  sysUnused: (...args) => host.sysUnused(...args),
  clear: (...args) => host.clear(...args),
  spanClaimed: (...args) => host.spanClaimed(...args),
  queueFinalizer: (...args) => host.queueFinalizer(...args),
  profileFree: (...args) => host.profileFree(...args),
  print: (...args) => host.print(...args),
});

const check = (heap: MakeHeap, options: ConformanceOptions): Promise<ConformanceReport> =>
  checkConformance(heap, { ...QUICK, name: 'it', ...options });

const firstFit: MakeHeap = (config, host) => new FirstFitHeap(config, host);

/** Says of a heap that it is as another one would be. */
const lie =
  (op: Operation['op'], change: (result: never, heap: Heap) => unknown): MakeHeap =>
  (config, host) =>
    faulty((heap, operation) => {
      const result = heap.perform(operation);
      return (operation.op === op ? change(result as never, heap) : result) as OperationResult;
    })(config, host);

class Overlapping {
  private readonly heap: Heap;
  private last = 0;
  private count = 0;
  constructor(config: HeapConfig, host: Host) {
    this.heap = referenceHeap.create(config, host);
  }
  perform(operation: Operation): OperationResult {
    const result = this.heap.perform(operation);
    if (operation.op !== 'alloc' || result === null) return result;
    const { base } = result as { base: number };
    if (++this.count === 3) return { base: this.last, zeroed: false };
    this.last = base;
    return result;
  }
}

describe('what does not conform', () => {
  test.each<[fault: string, heap: MakeHeap, profile: Profile, message: RegExp, program: RegExp]>([
    [
      'gives memory twice',
      (config, host) => new Overlapping(config, host),
      'safety',
      /^it gives out .*, and s\d+, .*, is in use$/,
      /^# heapspec program\n(s\d = alloc 1\n){3}$/,
    ],
    [
      'is not zero',
      (config, host) => canaryHeap.create(config, host),
      'safety',
      /as zero, and the byte @0 may be something else$/,
      /\ns1 = alloc 5\nfree s1 dirty\ns2 = alloc 1 needzero\n$/,
    ],
    [
      'gives too much',
      (config, host) =>
        lie(
          'alloc',
          (result: { base: number } | null) => result && { ...result, base: result.base + 2 ** 40 },
        )(config, host),
      'safety',
      /outside of the arena/,
      /\ns1 = alloc 1\n$/,
    ],
    [
      'is not aligned',
      lie('allocStack', (result: { base: number } | null) => result && { base: result.base + 8 }),
      'safety',
      /no multiple of 8192/,
      /\ns1 = allocStack 1\n$/,
    ],
    ['gives nothing', lie('alloc', () => null), 'safety', /has no 8192 bytes to give/, /\ns1 = alloc 1\n$/],
    [
      'answers in another form',
      lie('scavenge', () => '0'),
      'safety',
      /malformed answer: result must be an integer/,
      /\nscavenge 0s\n$/,
    ],
    [
      'refuses what it must do',
      faulty((heap, operation) => {
        if (operation.op === 'freeStack') throw new RangeError('no');
        return heap.perform(operation);
      }),
      'safety',
      /did not do what it must be able to do/,
      /\ns1 = allocStack 1\nfreeStack s1\n$/,
    ],
    [
      'forgets objects',
      lie('query', (answer: object) => ({ ...answer, mlookup: null })),
      'safety',
      /does not find the object/,
      /\nquery /,
    ],
    [
      'adds finalizers twice',
      lie('addFinalizer', () => ({ added: true })),
      'safety',
      /second finalizer/,
      /(addFinalizer \S+ id 0\n){2}$/,
    ],
    [
      'clears what is in use',
      (config, host) => {
        const heap = referenceHeap.create(config, host);
        let last: number | undefined;
        return {
          perform(operation) {
            const result = heap.perform(operation);
            if (operation.op === 'malloc') last = (result as { addr: number }).addr;
            if (operation.op === 'gcStart' && last !== undefined) host.clear(last, 8);
            return result;
          },
        };
      },
      'safety',
      /clears 8 bytes @\d+, and o1, .*, is in use$/,
      /\no1 = malloc 1\ngcStart\n$/,
    ],
    [
      'miscounts',
      (config, host) => {
        const heap = referenceHeap.create(config, host);
        return {
          perform: (operation) => heap.perform(operation),
          statistics: () => ({ ...heap.statistics(), stacks_inuse: 0 }),
        };
      },
      'accounting',
      /has stacks_inuse wrong/,
      /\ns1 = allocStack 1\n$/,
    ],
    [
      'places elsewhere',
      lie('malloc', (result: { addr: number }) => ({ ...result, addr: result.addr + 16 })),
      'placement',
      /gave another result than the reference/,
      /\no1 = malloc 1\n$/,
    ],
    [
      'has another state',
      (config, host) => canaryHeap.create(config, host),
      'structure',
      /its state is another one/,
      /\ns1 = alloc 5\nfree s1 dirty\n$/,
    ],
    [
      'crashes',
      faulty((heap, operation) => {
        if (operation.op === 'freeOSMemory') throw new Error('oops');
        return heap.perform(operation);
      }),
      'safety',
      /^it threw what no heap may throw: Error: oops/,
      /\nfreeOSMemory\n$/,
    ],
  ])('a heap that %s', async (_, heap, profile, message, program) => {
    const report = await check(heap, { profile });
    const found = report.findings.find(({ divergence }) => message.test(divergence.message));
    expect(found?.program).toMatch(program);
    expect(found?.minimal).toBe(true);
    expect(report.conforms).toBe(false);
  });

  test('a run that ran nothing', async () => {
    expect((await check((c, h) => referenceHeap.create(c, h), { runs: 0, clauses: [] })).conforms).toBe(
      false,
    );
  });
});

test.each<[string, MakeHeap, string]>([
  ['has no memory', lie('alloc', () => null), 'arena.served'],
  [
    'refuses what it must do',
    faulty((heap, operation) => {
      if (operation.op === 'freeStack') throw new RangeError('no');
      return heap.perform(operation);
    }),
    'arena.served',
  ],
  [
    'gives out what is released',
    (config, host) => referenceHeap.create(config, { ...hostOf(host), sysUsed: () => undefined }),
    'arena.mapped',
  ],
])('at safety, one that %s breaks a clause', async (_, heap, clause) => {
  const { findings } = await check(heap, { profile: 'safety' });
  expect(findings.map(({ clauses: [first] }) => first)).toContain(clause);
});

describe('what claims more than it has', () => {
  test.each<[claim: string, heap: MakeHeap, profile: Profile, level: Level, message: RegExp]>([
    [
      'statistics',
      (config, host) => {
        const heap = referenceHeap.create(config, host);
        return { perform: (operation) => heap.perform(operation) };
      },
      'accounting',
      'pages',
      /gives no statistics, which the profile accounting has/,
    ],
    [
      'statistics that it makes up',
      (config, host) => {
        const heap = referenceHeap.create(config, host);
        return { perform: (operation) => heap.perform(operation), statistics: () => initialStatistics(1) };
      },
      'accounting',
      'pages',
      /has (?:heap_inuse|stacks_inuse|cachesInUse|pagesInUse) wrong/,
    ],
    ['placement', firstFit, 'placement', 'pages', /gave another result than the reference/],
    ['states', firstFit, 'structure', 'pages', /gives no state, which the profile structure has/],
    [
      'objects',
      firstFit,
      'safety',
      'objects',
      /did not do what it must be able to do|rejected what it must do/,
    ],
  ])('claims %s, and is found out', async (_, heap, profile, level, message) => {
    const report = await check(heap, { profile, level });
    expect(report.conforms).toBe(false);
    expect(report.findings.some(({ divergence }) => message.test(divergence.message))).toBe(true);
  });
});

describe('clauses', () => {
  const clauses = [
    { id: 'free.needzero', profile: 'structure', example: 's1 = alloc 5\nfree s1 dirty' },
    { id: 'alloc.zero', profile: 'safety', example: 's1 = alloc 5\nfree s1 dirty\ns2 = alloc 5 needzero' },
    { id: 'free.twice', profile: 'safety', example: 's1 = alloc 5\nfree s1\nfree s1' },
    { id: 'malloc', profile: 'safety', example: 'o1 = malloc 5' },
  ] as const;

  test('have their verdicts', async () => {
    const verdicts = async (options: ConformanceOptions): Promise<string[]> => {
      const report = await checkConformance(canaryHeap, { ...QUICK, runs: 0, clauses, ...options });
      return report.clauses.map(({ verdict }) => verdict);
    };
    expect(await verdicts({})).toEqual(['failed', 'failed', 'passed', 'passed']);
    expect(await verdicts({ profile: 'safety' })).toEqual(['unsupported', 'failed', 'passed', 'passed']);
    expect(await verdicts({ profile: 'safety', level: 'pages' })).toEqual([
      'unsupported',
      'failed',
      'passed',
      'unsupported',
    ]);
  });

  test('are blamed by those who know them', async () => {
    const report = await checkConformance(canaryHeap, {
      ...QUICK,
      clauses,
      clausesOf: (_, { command }) => (command?.op === 'free' ? ['free.twice'] : []),
    });
    expect(report.clauses.find(({ clause }) => clause === 'free.twice')).toEqual({
      clause: 'free.twice',
      verdict: 'failed',
      findings: [0],
    });
    expect(report.findings[0].clauses).toEqual(['free.twice']);
  });

  test('of misuse want it rejected', async () => {
    const careless = faulty((heap, operation) => {
      try {
        return heap.perform(operation);
      } catch {
        return undefined;
      }
    });
    const report = await check(careless, { profile: 'safety', runs: 0, clauses });
    expect(report.clauses.map(({ verdict }) => verdict)).toEqual([
      'unsupported',
      'passed',
      'failed',
      'passed',
    ]);
  });
});

test('the same run gives the same report', async () => {
  const report = async (): Promise<string> =>
    JSON.stringify(await checkConformance(canaryHeap, { ...QUICK, seed: 7 }));
  expect(await report()).toBe(await report());
});

test('a finding is seen again by its program', async () => {
  const [finding] = (await checkConformance(canaryHeap, QUICK)).findings;
  const programs = [parseProgram(finding.program ?? '')];
  const again = await checkConformance(canaryHeap, { programs });
  expect(again.findings).toMatchObject([{ program: finding.program, divergence: finding.divergence }]);
});

test('memory that is not what it must be breaks a clause of safety, which can so be listed as known', async () => {
  const moving = (move: (base: number) => number): MakeHeap =>
    faulty((heap, operation) => {
      const result = heap.perform(operation);
      const isLong = operation.op === 'allocStack' && operation.npages > 2;
      return isLong && result !== null ? { base: move((result as { base: number }).base) } : result;
    });
  for (const [move, clause] of [
    [() => 0, 'arena.apart'],
    [(base: number) => base + 8, 'arena.pages'],
    [() => Number.MAX_SAFE_INTEGER - 8191, 'arena.within-reservation'],
  ] as const) {
    const { clauses, findings } = await check(moving(move), { profile: 'safety', level: 'pages' });
    expect(findings.some((finding) => finding.clauses[0] === clause)).toBe(true);
    expect(clauses).toContainEqual(expect.objectContaining({ clause, verdict: 'failed' }));
  }
});

test('what is found by sound operations alone is seen again by its program', async () => {
  const miscounting: MakeHeap = (config, host) => {
    const heap = referenceHeap.create(config, host);
    const statistics = (): ReturnType<Heap['statistics']> => {
      const told = heap.statistics();
      return { ...told, stacks_inuse: told.stacks_inuse - (told.stacks_inuse > 32_768 ? 8192 : 0) };
    };
    return { perform: (operation) => heap.perform(operation), statistics, state: () => heap.state() };
  };
  const options = { profile: 'accounting', name: 'it' } as const;
  const [finding] = (await checkConformance(miscounting, { ...QUICK, ...options })).findings;
  expect(finding).toMatchObject({ origin: { kind: 'generated' }, clauses: ['alloc.stack'] });
  const programs = [parseProgram(finding.program ?? '')];
  const again = await checkConformance(miscounting, { ...options, programs });
  expect(again.findings).toMatchObject([{ program: finding.program, divergence: finding.divergence }]);
});

test('options are checked', async () => {
  await expect(checkConformance(referenceHeap, { profile: 'all' as Profile })).rejects.toThrow(
    /profile must be safety/,
  );
  await expect(checkConformance({} as MakeHeap)).rejects.toThrow(/needs an implementation, a heap factory/);
});
