import { availableParallelism } from 'node:os';
import type { Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import { goldenTraces, type GoldenTrace } from '../traces/index.js';
import { tryProgram, type Check, type ShrinkingProgress, type Shrunk } from './checking.js';
import { describeShrinking, findingFileName, saveFinding, type Finding } from './finding.js';
import { formatCount, formatDuration, formatMany, formatRate } from './format.js';
import { heapsOf } from './heaps.js';
import { onInterrupt } from './interrupt.js';
import { jobWorkers, type JobWorkers } from './job-workers.js';
import { printableLine } from './printable.js';
import { Progress } from './progress.js';
import { checksMemory } from './seeds.js';
import type { Terminal } from './terminal.js';
import { DEFAULT_RUNS, Verification, type VerifyPlan } from './verification.js';
import { CANARY_HUNTS, type Job, type JobResult } from './verify-job.js';
import type { Done } from './worker-pool.js';

/** A generated program that failed, not yet shrunk. */
interface Failure {
  readonly index: number;
  readonly program: Program;
  readonly check: Check;
  readonly divergence?: Divergence;
  /** Why there is no divergence. */
  readonly why?: string;
}

/** One verification, from its jobs to what they found. */
export class VerifyRun {
  readonly #plan: VerifyPlan;
  readonly #begun = performance.now();
  readonly #progress: Progress;
  readonly #verification: Verification;
  readonly #pool: JobWorkers;
  /** The smallest program that failed while shrinking went on. */
  #smallest: ShrinkingProgress | undefined;

  constructor(terminal: Terminal, plan: VerifyPlan) {
    this.#plan = plan;
    this.#progress = new Progress(terminal);
    this.#verification = new Verification(plan);
    this.#pool = jobWorkers(plan.jobs ?? availableParallelism(), (note) => {
      this.#smallest = note;
      this.#progress.update(() => `shrinking: ${formatMany(note.program.commands.length, 'command')} left`);
    });
  }

  /** Runs it to its end, or to the first Ctrl-C; what was found until then is there in any case. */
  async run(): Promise<Verification> {
    const release = onInterrupt(() => {
      this.#verification.interrupted = true;
      void this.#pool.close();
    });
    try {
      const failed = await this.#runJobs();
      const failure = failed && (await this.#failureOf(failed));
      if (failure !== undefined) await this.#keep(failure);
    } finally {
      release();
      this.#progress.clear();
      await this.#pool.close();
    }
    this.#verification.conclude(performance.now() - this.#begun);
    return this.#verification;
  }

  /** Runs all jobs up to the first generated program that fails, or over which a worker died. */
  async #runJobs(): Promise<Done<Job, JobResult> | undefined> {
    for await (const done of this.#pool.inOrder(this.#jobs())) {
      if (this.#take(done) === 'failed') return done;
      this.#progress.update(() => this.#describeProgress());
    }
    return undefined;
  }

  *#jobs(): Generator<Job> {
    const { seed, heaps, time } = this.#plan;
    for (const heap of heapsOf(heaps)) {
      for (const trace of this.#goldenTraces()) yield { kind: 'golden', trace, heap };
    }
    for (const hunt of CANARY_HUNTS) yield { kind: 'canary', hunt, seed };

    const deadline = time === undefined ? Infinity : performance.now() + time;
    const runs = this.#plan.runs ?? (time === undefined ? DEFAULT_RUNS : Infinity);
    for (let index = 0; index < runs && performance.now() < deadline; index++) {
      yield { kind: 'program', seed, index, check: { heaps, memory: checksMemory(index) } };
    }
  }

  #goldenTraces(): readonly GoldenTrace[] {
    try {
      return goldenTraces();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#verification.troubles.push(`the golden traces can't be read: ${error.message}`);
      return [];
    }
  }

  #take(done: Done<Job, JobResult>): 'fine' | 'failed' {
    const { job } = done;
    if (done.kind === 'stopped') return 'fine';
    if (done.kind === 'died') {
      if (job.kind === 'program') return 'failed';
      this.#verification.troubles.push(`${describeJob(job)}: ${printableLine(done.why)}`);
      return 'fine';
    }
    const { kind, value } = done.result;
    if (kind === 'golden' && job.kind === kind) this.#verification.golden.push({ ...job, ...value });
    if (kind === 'canary' && job.kind === kind) this.#verification.canary.push({ ...job, ...value });
    if (kind === 'program' && job.kind === kind) {
      this.#verification.addProgram(value, job.check.memory);
      if (value.failure) return 'failed';
    }
    return 'fine';
  }

  /** A worker that died over a program is a failure too: the program is made again, without being run. */
  async #failureOf(done: Done<Job, JobResult>): Promise<Failure | undefined> {
    const { job } = done;
    if (job.kind !== 'program') return undefined;
    if (done.kind === 'result' && done.result.kind === 'program' && done.result.value.failure) {
      return { ...job, ...done.result.value.failure };
    }
    if (done.kind !== 'died') return undefined;
    const again = await this.#single({ kind: 'generate', seed: job.seed, index: job.index });
    if (again?.kind === 'generate') return { ...job, program: again.value, why: done.why };
    this.#verification.troubles.push(`${describeJob(job)} can't be made: ${printableLine(done.why)}`);
    return undefined;
  }

  async #keep(failure: Failure): Promise<void> {
    const { program, divergence, check, index } = failure;
    const origin = `program ${index} of seed ${this.#plan.seed}`;
    const fileName = findingFileName(program);
    const found: Finding = {
      program,
      check,
      ...(divergence && { divergence }),
      history:
        failure.why === undefined ? `${origin}, not shrunk` : `${origin}, which ${failure.why}; not shrunk`,
    };
    // Saved before it is shrunk: whatever happens then, it is not lost.
    const saved = await saveFinding(found, fileName);
    if (divergence === undefined) {
      this.#verification.findings.push(saved);
      return;
    }
    const result = await this.#single({ kind: 'shrink', program, divergence, check });
    const shrunk = result?.kind === 'shrink' ? result.value : this.#unfinished(check, divergence);
    if (shrunk === undefined) {
      this.#verification.findings.push(saved);
      return;
    }
    const history = `${origin}, ${describeShrinking(program, shrunk)}`;
    this.#verification.findings.push(await saveFinding({ ...shrunk, check, history }, fileName));
  }

  /** What there is where shrinking was interrupted. */
  #unfinished(check: Check, divergence: Divergence): Shrunk | undefined {
    if (this.#smallest === undefined) return undefined;
    const found = tryProgram(this.#smallest.program, check).divergence ?? divergence;
    return { ...this.#smallest, divergence: found, minimal: false };
  }

  /** Does one job by itself; undefined where that did not work. */
  async #single(job: Job): Promise<JobResult | undefined> {
    for await (const done of this.#pool.inOrder([job])) {
      if (done.kind === 'result') return done.result;
    }
    return undefined;
  }

  #describeProgress(): string {
    const { golden, programs, operations } = this.#verification;
    const elapsed = performance.now() - this.#begun;
    const runs = this.#plan.runs ?? (this.#plan.time === undefined ? DEFAULT_RUNS : undefined);
    const of = runs === undefined ? '' : ` of ${formatCount(runs)}`;
    return [
      formatMany(golden.length, 'golden replay'),
      `${formatCount(programs.count)}${of} programs`,
      formatMany(operations, 'operation'),
      formatRate(operations, elapsed),
      formatDuration(elapsed),
    ].join(', ');
  }
}

function describeJob(job: Job): string {
  switch (job.kind) {
    case 'golden':
      return `replaying ${job.trace.name} on ${job.heap}`;
    case 'canary':
      return `seeking the canary's fault by ${job.hunt}`;
    case 'program':
    case 'generate':
      return `program ${job.index} of seed ${job.seed}`;
    case 'shrink':
      return 'shrinking';
  }
}
