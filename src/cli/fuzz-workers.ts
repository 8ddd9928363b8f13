import type { Declaration } from '../conformance/index.js';
import { CANARIES } from '../faults/index.js';
import {
  featureOf,
  shapeTimes,
  WINDOW,
  type CanaryStory,
  type FuzzFailure,
  type FuzzOutcome,
  type FuzzRun,
  type FuzzRunner,
  type FuzzTask,
  type ShrunkFailure,
} from '../fuzzing/index.js';
import type { Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import type { Check } from './checking.js';
import { drawFinding, type NamedViews } from './finding-picture.js';
import { findingText, replayLine } from './finding.js';
import { formatMany } from './format.js';
import { programOf } from './fuzz-job.js';
import { heapOf, HEAP_NAMES, lockstepHeaps, type HeapChoice, type HeapName } from './heaps.js';
import type { Job, JobResult, JobResults } from './job.js';
import { jobWorkers, type JobWorkers } from './job-workers.js';
import { postedSource } from './posted-source.js';
import { describeLost, divergenceOf, single } from './run-apart.js';
import { shrinkApart } from './shrink-apart.js';
import type { Done } from './worker-pool.js';

/** How heaps of ours are fuzzed. */
export interface FuzzWorkersOptions {
  readonly heaps: HeapChoice;
  /** Worker threads; one more makes findings small. */
  readonly jobs: number;
  /** Time, in ms, after which a heap that does not come back from a call counts as one that hangs. */
  readonly patience: number;
  /** Whether programs are wanted as text. */
  readonly text: boolean;
}

/**
 * Jobs that each worker has beyond the one that it is at, at most: a tenth of a second of work, while the main thread
 * waits for a core or writes down what it learned.
 */
const MOST_AHEAD = 24;

/**
 * Jobs that so many workers have, each beyond the one that it is at: at least one. All together no more than half of those
 * that a guide lets be under way, so that none goes short where others are busy for long.
 */
function aheadOf(workers: number): number {
  return Math.max(1, Math.min(MOST_AHEAD, Math.floor(WINDOW / 2 / workers) - 1));
}

/** By which ways of looking the fault of a canary is sought: those by which programs are judged. */
const HUNTS = ['comparison', 'memory checks'] as const;

/** Runs programs in lockstep on worker threads. */
export class FuzzWorkers implements FuzzRunner {
  readonly declaration: Declaration;
  readonly reachesAllShapes = true;
  readonly #options: FuzzWorkersOptions;
  readonly #pool: JobWorkers;
  /** Makes findings small, draws them, and names their clauses. */
  readonly #apart: JobWorkers;

  constructor(options: FuzzWorkersOptions) {
    this.#options = options;
    const { heaps, jobs, patience } = options;
    const name = lockstepHeaps(heaps).join(' and ');
    this.declaration = { name, profile: 'structure', level: 'objects', interleaving: true };
    this.#pool = jobWorkers({ size: jobs, patience, ahead: aheadOf(jobs) });
    this.#apart = jobWorkers({ size: 1, patience });
  }

  async *run<Task extends FuzzTask>(tasks: Iterable<Task | 'wait'>): AsyncGenerator<FuzzRun<Task>> {
    const begun: Task[] = [];
    const jobs = function* (this: FuzzWorkers): Generator<Job | 'wait'> {
      for (const task of tasks) {
        if (task !== 'wait') begun.push(task);
        yield task === 'wait' ? task : this.#jobOf(task);
      }
    };
    // Results come in the order of the tasks.
    for await (const done of this.#pool.inOrder(jobs.call(this))) {
      for (const task of begun.splice(0, 1)) yield { ...this.#outcomeOf(done, task), task };
    }
  }

  async huntCanary(seed: number): Promise<CanaryStory> {
    const jobs = CANARIES.flatMap(({ name: canary }) =>
      HUNTS.map((hunt) => ({ kind: 'canary', canary, hunt, seed }) as const),
    );
    const stories: CanaryStory[] = [];
    for await (const done of this.#pool.inOrder(jobs)) {
      const { canary, hunt } = jobs[done.index];
      const { found, story } = this.#canaryStoryOf(done);
      stories.push({ found, story: `${canary} by ${hunt}: ${story}` });
    }
    const missed = stories.filter(({ found }) => !found);
    const told = missed.length > 0 ? missed : stories;
    return { found: missed.length === 0, story: told.map(({ story }) => story).join('; ') };
  }

  async shrink(
    failure: FuzzFailure,
    memory: boolean,
    onProgress: (told: string) => void,
  ): Promise<ShrunkFailure> {
    const { program, divergence } = failure;
    const failing = { program, divergence, check: this.#checkOf(memory) };
    const { trouble, ...shrunk } = await shrinkApart(failing, this.#apart, (now) =>
      onProgress(
        `${formatMany(now.program.commands.length, 'command')} after ${formatMany(now.runs, 'run')}`,
      ),
    );
    const clauses = await this.#ask({ kind: 'clauses', ...shrunk });
    return { ...shrunk, clauses: clauses ?? failure.clauses, ...(trouble !== undefined && { trouble }) };
  }

  async picture({ program, divergence }: FuzzFailure): Promise<readonly string[]> {
    const actual = await this.#viewsOf(divergence.heap, program, divergence);
    const beside = besideOf(divergence);
    const expected = beside && (await this.#viewsOf(beside, program, divergence));
    const views = { divergence, actual, ...(expected && { expected }) };
    return drawFinding(views);
  }

  textOf(
    { program, divergence }: FuzzFailure,
    { memory, history }: { readonly memory: boolean; readonly history: string },
    path: string,
  ): string {
    return findingText({ program, divergence, check: this.#checkOf(memory), history }, path);
  }

  reproduction(path: string): string {
    return replayLine(path, this.#options.heaps, this.#options.patience);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#apart.close()]);
  }

  #jobOf({ source, memory }: FuzzTask): Job {
    return {
      kind: 'fuzz',
      source: postedSource(source),
      check: this.#checkOf(memory),
      text: this.#options.text,
    };
  }

  #checkOf(memory: boolean): Check {
    const { heaps, patience } = this.#options;
    return { heaps, memory, patience };
  }

  #outcomeOf(done: Done<Job, JobResult>, { source }: FuzzTask): FuzzOutcome {
    if (done.kind === 'stopped') return { status: 'stopped' };
    if (done.kind === 'result') {
      if (done.result.kind !== 'fuzz') throw new Error(`a program was asked for, not ${done.result.kind}`);
      const { failure, features, shapes, ...cost } = done.result.value;
      return failure === undefined
        ? { status: 'passed', features: Array.from(features, featureOf), shapes: shapeTimes(shapes), ...cost }
        : { status: statusOf(failure.divergence), failure, ...cost };
    }
    if (done.at.call === undefined) return { status: 'lost', why: done.why };
    const program = programOf(source);
    const divergence = divergenceOf(done, program, this.#options.patience);
    if (divergence === undefined) return { status: 'lost', why: done.why };
    return {
      status: statusOf(divergence),
      failure: { program, divergence, clauses: [] },
      commands: program.commands.length,
      operations: done.at.operation,
      milliseconds: 0,
    };
  }

  #canaryStoryOf(done: Done<Job, JobResult>): CanaryStory {
    if (done.kind === 'result' && done.result.kind === 'canary') return done.result.value;
    const why = 'why' in done ? describeLost(done, this.#options.patience) : 'it was interrupted';
    return { found: false, story: why };
  }

  async #viewsOf(name: string, program: Program, divergence: Divergence): Promise<NamedViews> {
    const heap = heapNamed(name);
    const views = heap && (await this.#ask({ kind: 'views', program, divergence, heap }));
    return { name, ...views };
  }

  /** Has a job done apart; undefined where no result comes of it. */
  async #ask<Kind extends keyof JobResults>(
    job: Extract<Job, { readonly kind: Kind }>,
  ): Promise<JobResults[Kind] | undefined> {
    const done = await single(this.#apart, job);
    return done.kind === 'result' ? (done.result.value as JobResults[Kind]) : undefined;
  }
}

function statusOf({ kind }: Divergence): 'failed' | 'hung' | 'crashed' {
  if (kind === 'hang') return 'hung';
  return kind === 'crash' ? 'crashed' : 'failed';
}

/** The heap that shows what is expected, where there is one. */
function besideOf({ heap, against }: Divergence): string | undefined {
  if (against !== undefined) return against;
  return heap === 'reference' ? undefined : 'reference';
}

/** Heaps are called in findings as they call themselves. */
function heapNamed(name: string): HeapName | undefined {
  return HEAP_NAMES.find((one) => heapOf(one).name === name);
}
