import { freemem } from 'node:os';
import { parseArgs } from 'node:util';
import { conformanceRows } from './conformance.js';
import { FirstUse, WarmUse } from './first-use.js';
import { fuzzingFaultRows, fuzzingMemoryRows, fuzzingRows } from './fuzzing.js';
import { guidanceRows } from './guidance.js';
import { measure, units } from './harness.js';
import type { Timing } from './harness.js';
import { bytesNeeded, LargeSpans } from './large-spans.js';
import { lockstepRows } from './lockstep.js';
import { BETWEEN_CYCLES, MallocAndCollect, MallocOnly } from './malloc.js';
import { memoryRows } from './memory.js';
import { PageChurn } from './page-churn.js';
import { shrinkRows } from './shrink.js';
import { printTable } from './table.js';
import { PoolChurn } from './thi-ng-malloc.js';
import { readRecorded, RecordedWorkload } from './workloads.js';

/** A benchmark: what `--only` names it by, what it measures, and how. */
interface Benchmark {
  readonly name: string;
  readonly what: string;
  /** Whether it takes so long that it runs only where `--only` names it. */
  readonly alone?: boolean;
  /** Measures, prints a table unless only the figures are wanted, and returns them, or a promise of them. */
  run(print: boolean): unknown;
}

/** Free spans, the time that the runtime's own code takes among them, and the one to reach. */
const LARGE: readonly (readonly [count: number, native: string])[] = [
  [100, '240 u'],
  [1_000, '1,800 u'],
  [10_000, '30,000 u'],
  [100_000, '2 ms'],
  [1_000_000, '34 ms'],
];

/** Recorded programs, and the time that the runtime's own code takes for one of their events, cycles included. */
const RECORDED: readonly (readonly [name: string, native: string])[] = [
  ['gcc', '28 u'],
  ['gxx', '28 u'],
  ['git-log', '52 u'],
  ['jq', '14 u'],
  ['perl-hash', '11 u'],
  ['python-json', '22 u'],
];

const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'churn',
    what: 'Page churn: free one of 2,000 live spans of 1 to 16 pages by its address, allocate another',
    run: (print) => {
      const timings = measure([
        new PageChurn('large objects', true),
        new PageChurn('spans for small objects', false),
      ]);
      if (print) printTimings(timings, { native: () => '34 u', target: () => '34 u' });
      return timings;
    },
  },
  {
    name: 'large',
    what: 'Large spans: best fit for 128 to 383 pages among many free ones',
    run: (print) => {
      const timings = LARGE.flatMap(([count]) => largeSpans(count));
      const natives = new Map(LARGE.map(([count, native]) => [LargeSpans.nameFor(count), native]));
      const native = ({ name }: Timing): string => natives.get(name) ?? '';
      if (print) printTimings(timings, { native, target: () => '150 u' });
      return timings;
    },
  },
  {
    name: 'first-use',
    what: 'First use: 1,000 operations on a new heap, and again on one that knows them',
    run: (print) => {
      const timings = measure([new WarmUse(), new FirstUse()]);
      if (print) {
        printTimings(timings, {
          target: ({ name }) => (name === 'new heap' ? '3 × warm' : ''),
          ratio: 'to warm',
        });
      }
      return timings;
    },
  },
  {
    name: 'objects',
    what: 'malloc: objects from one cache, and the cycles that they need',
    run: (print) => {
      const timings = [
        ...measure([new MallocOnly()], { warmup: 1_000 }),
        ...measure([new MallocAndCollect()], {
          operations: BETWEEN_CYCLES,
          rounds: 15,
          chunks: 5,
          warmup: 10,
        }),
      ];
      const [first] = timings;
      if (print) {
        printTimings(timings, {
          native: (timing) => (timing === first ? '6 to 10 u' : '14 to 43 u'),
          target: (timing) => (timing === first ? '6 u' : '16 u'),
        });
      }
      return timings;
    },
  },
  {
    name: 'workloads',
    what: 'Recorded programs: their mallocs and frees, each an event, and their cycles',
    run: (print) => {
      const timings = RECORDED.flatMap(([name]) =>
        measure([new RecordedWorkload(readRecorded(name))], { rounds: 5, chunks: 5, warmup: 10 }),
      );
      const natives = new Map(RECORDED);
      const native = ({ name }: Timing): string => natives.get(name) ?? '';
      if (print) printTimings(timings, { native, target: native });
      return timings;
    },
  },
  {
    name: 'malloc',
    what: 'Against @thi.ng/malloc: 2,000 live blocks of 1 to 16 pages in one ArrayBuffer',
    run: (print) => {
      const timings = measure([new PageChurn('optimized heap', true), new PoolChurn()], { rounds: 11 });
      if (print) printTimings(timings, { ratio: 'to heap' });
      return timings;
    },
  },
  {
    name: 'memory',
    what: 'Memory that a heap needs for itself',
    run: (print) => {
      const rows = memoryRows();
      if (print) {
        printTable(
          ['heap', 'pages', 'spans', 'bytes'],
          rows.map(({ name, pages, spans, bytes }) => [name, count(pages), count(spans), count(bytes)]),
        );
      }
      return rows;
    },
  },
  {
    name: 'lockstep',
    what: 'Lockstep of both heaps: programs generated and run, operations a second (to reach at 1,000 commands: 150,000 about pages, 100,000 about objects)',
    run: (print) => {
      const rows = lockstepRows();
      if (print) {
        printTable(
          ['commands', 'about', 'memory', 'operations/s', 'quartiles'],
          rows.map(({ commands, level, memory, operationsPerSecond, quartiles: [low, high] }) => [
            count(commands),
            level,
            memory ? 'watched' : '',
            count(operationsPerSecond),
            `${count(low)} to ${count(high)}`,
          ]),
        );
      }
      return rows;
    },
  },
  {
    name: 'conformance',
    what: 'Conformance: calls a second that do nothing (to reach: process 200,000, wasm 1,000,000), and a full run (60 s)',
    run: async (print) => {
      const rows = await conformanceRows();
      if (print) {
        printTable(
          ['', 'calls', 'seconds', 'calls/s'],
          rows.map(({ name, calls, seconds }) => [
            name,
            count(calls),
            seconds.toFixed(1),
            count(calls / seconds),
          ]),
        );
      }
      return rows;
    },
  },
  {
    name: 'shrink',
    what: 'Shrinking a failure that needs K live spans (to reach: all minimal, median of 400 runs)',
    run: (print) => {
      const rows = shrinkRows();
      if (print) {
        printTable(
          ['K', 'shrinker', 'minimal', 'runs', 'most', 'commands'],
          rows.map(({ k, shrinker, cases, minimal, medianRuns, mostRuns, medianCommands }) => [
            String(k),
            shrinker,
            `${minimal} of ${cases}`,
            count(medianRuns),
            count(mostRuns),
            count(medianCommands),
          ]),
        );
      }
      return rows;
    },
  },
  {
    name: 'guidance',
    what: 'Guided fuzzing: operations until so many of the 40 rarest shapes are reached (to reach: clearly fewer than unguided; median of 20 seeds)',
    alone: true,
    run: (print) => {
      const rows = guidanceRows();
      if (print) {
        printTable(
          ['shapes', 'unguided', 'guided', 'ratio', 'quartiles', 'programs', 'time', 'sooner', 'not reached'],
          rows.map(({ reached, unguided, guided, operations: [low, median, high], ...row }) => [
            String(reached),
            count(unguided),
            count(guided),
            `${median.toFixed(2)} ×`,
            `${low.toFixed(2)} to ${high.toFixed(2)}`,
            `${row.programs.toFixed(2)} ×`,
            `${row.time.toFixed(2)} ×`,
            `${row.sooner} of ${row.seeds}`,
            row.missed.join(', '),
          ]),
        );
      }
      return rows;
    },
  },
  {
    name: 'fuzzing',
    what: 'The command fuzz: a campaign on one core, and on two (to reach: 1.8 ×)',
    alone: true,
    run: async (print) => {
      const rows = await fuzzingRows();
      if (print) {
        printTable(
          ['', 'programs', 'operations', 'operations/s', 'ratio'],
          rows.map(({ cores, programs, operations, operationsPerSecond, ratio }) => [
            cores,
            count(programs),
            count(operations),
            count(operationsPerSecond),
            `${ratio.toFixed(2)} ×`,
          ]),
        );
      }
      return rows;
    },
  },
  {
    name: 'fuzzing-memory',
    what: 'The command fuzz: memory of its process after many operations (to reach: as much after 20,000,000 as after 5,000,000)',
    alone: true,
    run: async (print) => {
      const rows = await fuzzingMemoryRows();
      if (print) {
        printTable(
          ['operations', 'MiB', 'quartiles'],
          rows.map(({ operations, mebibytes: { low, median, high } }) => [
            count(operations),
            count(median),
            `${count(low)} to ${count(high)}`,
          ]),
        );
      }
      return rows;
    },
  },
  {
    name: 'fuzzing-faults',
    what: 'The command fuzz: until a planted fault is found, shrunk and told (to reach: a minute each on two cores)',
    alone: true,
    run: async (print) => {
      const rows = await fuzzingFaultRows();
      if (print) {
        printTable(
          ['fault', 's', 'programs', 'commands'],
          rows.map(({ fault, seconds, programs, commands }) => [
            fault,
            seconds.toFixed(1),
            count(programs),
            commands === undefined ? 'not found' : count(commands),
          ]),
        );
      }
      return rows;
    },
  },
];

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
  });
  const unknown =
    values.only?.filter((name) => BENCHMARKS.every((benchmark) => benchmark.name !== name)) ?? [];
  if (unknown.length > 0) {
    const names = BENCHMARKS.map(({ name }) => name).join(', ');
    console.error(`unknown benchmark ${unknown.join(', ')}: choose from ${names}`);
    process.exitCode = 2;
    return;
  }
  const ns = units();
  const results: Record<string, unknown> = { unit: ns };
  if (!values.json) {
    const quartiles = `${ns.low.toFixed(2)} to ${ns.high.toFixed(2)}`;
    console.log(`1 u = ${ns.median.toFixed(2)} ns (${quartiles}): an iteration of the calibration loop`);
  }
  for (const benchmark of BENCHMARKS) {
    const { name, what, alone = false } = benchmark;
    if (!(values.only?.includes(name) ?? !alone)) continue;
    if (!values.json) console.log(`\n${what}`);
    results[name] = await benchmark.run(!values.json);
  }
  if (values.json) console.log(JSON.stringify(results, null, 2));
}

/** The time among so many free spans; nothing where the machine has too little memory for them. */
function largeSpans(count: number): Timing[] {
  if (bytesNeeded(count) > freemem()) return [];
  const [rounds, warmup] = count > 10_000 ? [11, 20] : [31, 60];
  return measure([new LargeSpans(count)], { rounds, warmup });
}

interface Columns {
  /** Time of the runtime's own code, compiled and driven the same way. */
  readonly native?: (timing: Timing) => string;
  readonly target?: (timing: Timing) => string;
  /** What the ratio to the first row is called. */
  readonly ratio?: string;
}

function printTimings(timings: readonly Timing[], { native, target, ratio }: Columns): void {
  const heads = ['', 'u', 'quartiles', 'ns'];
  if (target) heads.push('to reach');
  if (native) heads.push('native');
  if (ratio) heads.push(ratio);
  const rows = timings.map((timing) => {
    const { name, ns, u, toFirst } = timing;
    const row = [name, u.median.toFixed(1), `${u.low.toFixed(1)} to ${u.high.toFixed(1)}`, ns.toFixed(1)];
    if (target) row.push(target(timing));
    if (native) row.push(native(timing));
    if (ratio) row.push(`${toFirst.median.toFixed(2)} ×`);
    return row;
  });
  printTable(heads, rows);
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}
