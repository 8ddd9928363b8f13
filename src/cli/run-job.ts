import pc from 'picocolors';
import { CANARIES } from '../faults/index.js';
import { MOST_CANARY_PROGRAMS, programOfRun } from '../fuzzing/index.js';
import { runLockstep, ShapeCounter } from '../lockstep/index.js';
import type { HeapFactory } from '../spec/index.js';
import {
  checkGoldenWorkload,
  checkWorkload,
  goldenTraces,
  readGoldenTrace,
  readTrace,
  recordProgram,
  replayTrace,
  type GoldenTrace,
  type RecordReport,
  type ReplayReport,
  type TraceRecord,
  type WorkloadReport,
} from '../traces/index.js';
import type { Beacon } from './beacon.js';
import { checkProgram, shrinkHere, tryProgram, type Check } from './checking.js';
import { failureOf } from './failure.js';
import { clauseIds, type ToldMismatch } from './finding.js';
import { formatMany } from './format.js';
import { runFuzzed } from './fuzz-job.js';
import { heapViews } from './heap-views.js';
import { watchedHeapOf, type CanaryName, type HeapName } from './heaps.js';
import { bytesOf, readProgram } from './input.js';
import { momentJson, momentOf, renderMoment } from './moment.js';
import { DEFAULT_PATIENCE } from './options.js';
import { unpackProgram } from './packed-program.js';
import { LineWriter } from './spool.js';
import type {
  CanaryResult,
  GoldenResult,
  Job,
  JobResult,
  JobResults,
  ProgramResult,
  RecordJob,
  ShowJob,
} from './job.js';
import type { WorkloadValue } from './workload-run.js';

/**
 * Does one job.
 *
 * @param beacon - Is told of every call of a heap.
 */
export async function runJob(job: Job, beacon: Beacon): Promise<JobResult> {
  beacon.begin();
  switch (job.kind) {
    case 'golden':
      return { kind: job.kind, value: await replayGolden(job.trace, job.heap, beacon) };
    case 'canary':
      return { kind: job.kind, value: await huntCanary(job, beacon) };
    case 'program':
      return { kind: job.kind, value: runGenerated(job.seed, job.index, job.check, beacon) };
    case 'generate':
      return { kind: job.kind, value: programOfRun(job.seed, job.index) };
    case 'run':
      return { kind: job.kind, value: await runGiven(job, beacon) };
    case 'trace': {
      const records = (): AsyncIterable<TraceRecord> =>
        readTrace(bytesOf(job.source, job.name), { name: job.name });
      return { kind: job.kind, value: await replayWatched(records, job.heap, beacon).catch(failureOf) };
    }
    case 'record':
      return { kind: job.kind, value: await record(job, beacon).catch(failureOf) };
    case 'show':
      return { kind: job.kind, value: await show(job, beacon).catch(failureOf) };
    case 'workload': {
      const { source, name, heap } = job;
      const run = timed((factory, onEvent) =>
        checkWorkload(bytesOf(source, name), factory, { name, onEvent }),
      );
      return { kind: job.kind, value: await run(heap, beacon).catch(failureOf) };
    }
    case 'golden workload': {
      const run = timed((factory, onEvent) => checkGoldenWorkload(job.workload, factory, onEvent));
      return { kind: job.kind, value: await run(job.heap, beacon) };
    }
    case 'fuzz':
      return { kind: job.kind, value: runFuzzed(job.source, job.check, job.text, beacon) };
    case 'clauses':
      return { kind: job.kind, value: clauseIds(job.program, job.divergence) };
    case 'views':
      return {
        kind: job.kind,
        value: heapViews(job.program, job.divergence, watchedHeapOf(job.heap, beacon)),
      };
  }
}

async function runGiven(
  { program: given, check, locate }: Extract<Job, { readonly kind: 'run' }>,
  beacon: Beacon,
): Promise<JobResults['run']> {
  const program = 'source' in given ? await readProgram(given).catch(failureOf) : unpackProgram(given);
  if ('error' in program) return program;
  beacon.expect(program.commands.length);
  return (locate ? checkProgram : tryProgram)(program, check, beacon);
}

async function record({ input, heap, states, file }: RecordJob, beacon: Beacon): Promise<RecordReport> {
  const program = await readProgram(input);
  beacon.expect(program.commands.length);
  const lines = new LineWriter(file);
  const report = recordProgram(program, watchedHeapOf(heap, beacon), (line) => lines.write(line), {
    statesEvery: states,
    source: `heapspec, ${heap} heap`,
    onOperation: (operation, index) => beacon.place(operation, index),
  });
  lines.flush();
  return report;
}

async function show({ input, heap, at, form }: ShowJob, beacon: Beacon): Promise<string> {
  const moment = await momentOf(input, watchedHeapOf(heap, beacon), beacon, at);
  if (form === 'json') return momentJson(moment);
  return renderMoment(moment, input, heap, form.columns, pc.createColors(form.coloured));
}

function runGenerated(seed: number, index: number, check: Check, beacon: Beacon): ProgramResult {
  const begun = performance.now();
  const program = programOfRun(seed, index);
  const shapes = new ShapeCounter();
  const { operations, divergence } = tryProgram(program, check, beacon, { shapes });
  return {
    operations,
    milliseconds: performance.now() - begun,
    shapes: shapes.toJSON(),
    ...(divergence && { failure: { program, divergence } }),
  };
}

async function replayGolden(trace: GoldenTrace, heap: HeapName, beacon: Beacon): Promise<GoldenResult> {
  const begun = performance.now();
  const { operations, mismatch } = await replayWatched(() => readGoldenTrace(trace), heap, beacon);
  return {
    operations,
    milliseconds: performance.now() - begun,
    ...(mismatch && { mismatch }),
  };
}

/** Replays a trace, and finds out by a second look at it which clauses are broken where the heap differs. */
async function replayWatched(
  records: () => AsyncIterable<TraceRecord>,
  heap: HeapName,
  beacon: Beacon,
): Promise<ReplayReport & { readonly mismatch?: ToldMismatch }> {
  const factory = watchedHeapOf(heap, beacon);
  const { mismatch, ...report } = await replayTrace(placing(records(), beacon), factory, {
    onOperation: (operation, line) => beacon.place(operation, line),
  });
  if (mismatch === undefined) return report;
  // Most workers never need it.
  const { clausesOfReplay } = await import('../conformance/clauses-of.js');
  const clauses = await clausesOfReplay(mismatch, placing(records(), beacon), factory);
  return { ...report, mismatch: { ...mismatch, clauses: clauses.map(({ id }) => id) } };
}

/** The records, each told to a beacon before it is replayed. */
async function* placing(records: AsyncIterable<TraceRecord>, beacon: Beacon): AsyncGenerator<TraceRecord> {
  for await (const record of records) {
    beacon.place(beacon.operation, record.line);
    yield record;
  }
}

type WatchWorkload = (heap: HeapName, beacon: Beacon) => Promise<WorkloadValue>;

/** Runs a workload on a watched heap, and measures how long it takes. */
function timed(
  check: (factory: HeapFactory, onEvent: (number: number) => void) => Promise<WorkloadReport>,
): WatchWorkload {
  return async (heap, beacon) => {
    const begun = performance.now();
    const report = await check(watchedHeapOf(heap, beacon), (number) => beacon.place(number, number));
    return { report, milliseconds: performance.now() - begun };
  };
}

type HuntJob = Extract<Job, { readonly kind: 'canary' }>;

async function huntCanary({ canary, hunt, seed }: HuntJob, beacon: Beacon): Promise<CanaryResult> {
  switch (hunt) {
    case 'golden traces':
      return huntInGoldenTraces(canary, beacon);
    case 'comparison':
      return huntByComparison(canary, seed, beacon);
    case 'memory checks':
      return huntByMemoryChecks(canary, seed, beacon);
  }
}

async function huntInGoldenTraces(canary: CanaryName, beacon: Beacon): Promise<CanaryResult> {
  const traces = goldenTraces().toSorted((a, b) => a.lines - b.lines);
  for (const trace of traces) {
    const { mismatch } = await replayGolden(trace, canary, beacon);
    if (mismatch) return { found: true, story: `${trace.name} line ${mismatch.line}` };
  }
  return {
    found: false,
    story: `it replays ${formatMany(traces.length, 'golden trace')} without a fault`,
  };
}

/** Finds the fault beside the reference, and shrinks it: the smallest program that shows it is known. */
function huntByComparison(canary: CanaryName, seed: number, beacon: Beacon): CanaryResult {
  const least = CANARIES.find(({ name }) => name === canary)?.leastCommands;
  const check: Check = { heaps: canary, memory: false, patience: DEFAULT_PATIENCE };
  for (let index = 0; index < MOST_CANARY_PROGRAMS; index++) {
    const program = programOfRun(seed, index);
    const { divergence } = tryProgram(program, check, beacon);
    if (divergence === undefined) continue;
    const shrunk = shrinkHere(program, divergence, check, beacon);
    const commands = formatMany(shrunk.program.commands.length, 'command');
    const story = `program ${index}, shrunk to ${commands}`;
    return { found: shrunk.minimal && shrunk.program.commands.length === least, story };
  }
  return inVain();
}

/** Finds the fault in what memory holds alone: the canary runs alone. */
function huntByMemoryChecks(canary: CanaryName, seed: number, beacon: Beacon): CanaryResult {
  for (let index = 0; index < MOST_CANARY_PROGRAMS; index++) {
    const { divergence } = runLockstep(programOfRun(seed, index), {
      heaps: [watchedHeapOf(canary, beacon)],
      states: 'end',
      memory: true,
      locate: false,
      onOperation: (operation, command) => beacon.place(operation, command),
    });
    if (divergence?.kind === 'memory') return { found: true, story: `program ${index}` };
  }
  return inVain();
}

function inVain(): CanaryResult {
  return { found: false, story: `${formatMany(MOST_CANARY_PROGRAMS, 'generated program')} did not show it` };
}
