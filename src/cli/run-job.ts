import { CANARY_LEAST_COMMANDS, canaryHeap } from '../faults/index.js';
import { runLockstep, ShapeCounter } from '../lockstep/index.js';
import { goldenTraces, readGoldenTrace, replayTrace, type GoldenTrace } from '../traces/index.js';
import { tryProgram, shrinkFailure, type Check, type ShrinkingProgress } from './checking.js';
import { formatMany } from './format.js';
import { heapOf, type HeapName } from './heaps.js';
import { programOfRun } from './seeds.js';
import type { CanaryHunt, CanaryResult, GoldenResult, Job, JobResult, ProgramResult } from './verify-job.js';

/** Generated programs in which the canary's fault is sought before it counts as not found. */
const MOST_CANARY_PROGRAMS = 200;

/** Does one job of a verification. */
export async function runJob(job: Job, onNote: (note: ShrinkingProgress) => void): Promise<JobResult> {
  switch (job.kind) {
    case 'golden':
      return { kind: job.kind, value: await replayGolden(job.trace, job.heap) };
    case 'canary':
      return { kind: job.kind, value: await huntCanary(job.hunt, job.seed) };
    case 'program':
      return { kind: job.kind, value: runProgram(job.seed, job.index, job.check) };
    case 'generate':
      return { kind: job.kind, value: programOfRun(job.seed, job.index) };
    case 'shrink':
      return { kind: job.kind, value: shrinkFailure(job.program, job.divergence, job.check, onNote) };
  }
}

function runProgram(seed: number, index: number, check: Check): ProgramResult {
  const begun = performance.now();
  const program = programOfRun(seed, index);
  const shapes = new ShapeCounter();
  const { operations, divergence } = tryProgram(program, check, shapes);
  return {
    operations,
    milliseconds: performance.now() - begun,
    shapes: shapes.toJSON(),
    ...(divergence && { failure: { program, divergence } }),
  };
}

async function huntCanary(hunt: CanaryHunt, seed: number): Promise<CanaryResult> {
  switch (hunt) {
    case 'golden traces':
      return huntInGoldenTraces();
    case 'comparison':
      return huntByComparison(seed);
    case 'memory checks':
      return huntByMemoryChecks(seed);
  }
}

async function replayGolden(trace: GoldenTrace, heap: HeapName): Promise<GoldenResult> {
  const begun = performance.now();
  const { steps, mismatch } = await replayTrace(readGoldenTrace(trace), heapOf(heap));
  return {
    operations: steps,
    milliseconds: performance.now() - begun,
    ...(mismatch && { mismatch }),
  };
}

async function huntInGoldenTraces(): Promise<CanaryResult> {
  const traces = goldenTraces();
  for (const trace of traces) {
    const { mismatch } = await replayGolden(trace, 'canary');
    if (mismatch) return { found: true, story: `${trace.name} line ${mismatch.line}` };
  }
  return {
    found: false,
    story: `the canary replays ${formatMany(traces.length, 'golden trace')} without a fault`,
  };
}

/** Finds the fault beside the reference, and shrinks it: the smallest program that shows it is known. */
function huntByComparison(seed: number): CanaryResult {
  const check: Check = { heaps: 'canary', memory: false };
  for (let index = 0; index < MOST_CANARY_PROGRAMS; index++) {
    const program = programOfRun(seed, index);
    const { divergence } = tryProgram(program, check);
    if (divergence === undefined) continue;
    const shrunk = shrinkFailure(program, divergence, check, () => undefined);
    const commands = formatMany(shrunk.program.commands.length, 'command');
    const story = `program ${index}, shrunk to ${commands}`;
    return { found: shrunk.minimal && shrunk.program.commands.length === CANARY_LEAST_COMMANDS, story };
  }
  return inVain();
}

/** Finds the fault in what memory holds alone: the canary runs alone. */
function huntByMemoryChecks(seed: number): CanaryResult {
  for (let index = 0; index < MOST_CANARY_PROGRAMS; index++) {
    const { divergence } = runLockstep(programOfRun(seed, index), {
      heaps: [canaryHeap],
      states: 'end',
      memory: true,
    });
    if (divergence?.kind === 'memory') return { found: true, story: `program ${index}` };
  }
  return inVain();
}

function inVain(): CanaryResult {
  return { found: false, story: `${formatMany(MOST_CANARY_PROGRAMS, 'generated program')} did not show it` };
}
