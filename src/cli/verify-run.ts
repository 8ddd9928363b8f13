import { availableParallelism } from 'node:os';
import { CANARIES } from '../faults/index.js';
import { checksMemory } from '../fuzzing/index.js';
import type { Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import { goldenTraces, goldenWorkloads, readGoldenTrace } from '../traces/index.js';
import type { Check } from './checking.js';
import { describeShrunk, findingFileName, saveFinding, type Finding } from './finding.js';
import { formatCount, formatDuration, formatMany, formatRate } from './format.js';
import { heapsOf, type HeapName } from './heaps.js';
import { onInterrupt } from './interrupt.js';
import { jobWorkers, type JobWorkers } from './job-workers.js';
import { printableLine } from './printable.js';
import { Progress } from './progress.js';
import { describeLost, divergenceOf, mismatchOf, single, type Lost } from './run-apart.js';
import { shrinkApart } from './shrink-apart.js';
import type { Terminal } from './terminal.js';
import { DEFAULT_RUNS, Verification, type VerifyPlan } from './verification.js';
import { CANARY_HUNTS, type Job, type JobResult } from './job.js';
import type { Done } from './worker-pool.js';
import { lostRun, runOf } from './workload-run.js';

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
  /** Heaps that hung over a golden trace: the others would only cost time. */
  readonly #hanging = new Set<HeapName>();
  /** Golden traces that were not replayed for that reason. */
  readonly #leftOut: string[] = [];

  constructor(terminal: Terminal, plan: VerifyPlan) {
    this.#plan = plan;
    this.#progress = new Progress(terminal);
    this.#verification = new Verification(plan);
    this.#pool = jobWorkers({ size: plan.jobs ?? availableParallelism(), patience: plan.patience });
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
    if (this.#leftOut.length > 0) {
      const traces = this.#leftOut.join(', ');
      this.#verification.troubles.push(`not replayed, since that heap hangs over others: ${traces}`);
    }
    this.#verification.conclude(performance.now() - this.#begun);
    return this.#verification;
  }

  /** Runs all jobs up to the first generated program that fails, or over which a worker died. */
  async #runJobs(): Promise<Done<Job, JobResult> | undefined> {
    for await (const done of this.#pool.inOrder(this.#jobs())) {
      if ((await this.#take(done)) === 'failed') return done;
      this.#progress.update(() => this.#describeProgress());
    }
    return undefined;
  }

  *#jobs(): Generator<Job> {
    const { seed, heaps, time, patience } = this.#plan;
    for (const heap of heapsOf(heaps)) {
      for (const trace of this.#listed('golden traces', goldenTraces)) {
        if (this.#hanging.has(heap)) this.#leftOut.push(`${trace.name} on ${heap}`);
        else yield { kind: 'golden', trace, heap };
      }
      for (const workload of this.#listed('golden workloads', goldenWorkloads)) {
        if (this.#hanging.has(heap)) this.#leftOut.push(`${workload.name} on ${heap}`);
        else yield { kind: 'golden workload', workload, heap };
      }
    }
    for (const { name: canary } of CANARIES) {
      for (const hunt of CANARY_HUNTS) yield { kind: 'canary', canary, hunt, seed };
    }

    const deadline = time === undefined ? Infinity : performance.now() + time;
    const runs = this.#plan.runs ?? (time === undefined ? DEFAULT_RUNS : Infinity);
    for (let index = 0; index < runs && performance.now() < deadline; index++) {
      yield { kind: 'program', seed, index, check: { heaps, memory: checksMemory(index), patience } };
    }
  }

  #listed<T>(what: string, list: () => readonly T[]): readonly T[] {
    try {
      return list();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#verification.troubles.push(`the ${what} can't be read: ${error.message}`);
      return [];
    }
  }

  async #take(done: Done<Job, JobResult>): Promise<'fine' | 'failed'> {
    const { job } = done;
    if (done.kind === 'stopped') return 'fine';
    if (done.kind !== 'result') {
      if (job.kind === 'program') return 'failed';
      await this.#takeLost(done, job);
      return 'fine';
    }
    const { kind, value } = done.result;
    if (kind === 'golden' && job.kind === kind) this.#verification.golden.push({ ...job, ...value });
    if (kind === 'golden workload' && job.kind === kind) {
      this.#verification.workloads.push(runOf(job.workload.name, job.heap, value));
    }
    if (kind === 'canary' && job.kind === kind) this.#verification.canaries.push({ ...job, ...value });
    if (kind === 'program' && job.kind === kind) {
      this.#verification.addProgram(value, job.check.memory);
      if (value.failure) return 'failed';
    }
    return 'fine';
  }

  /** A recording with which a heap did not come to an end, or a hunt that did not. */
  async #takeLost(lost: Lost, job: Job): Promise<void> {
    const { patience } = this.#plan;
    if (job.kind === 'golden') {
      const { trace, heap } = job;
      const mismatch = await mismatchOf(lost, trace.name, readGoldenTrace(trace), patience);
      if (mismatch) {
        this.#hanging.add(heap);
        const { operation: operations } = lost.at;
        this.#verification.golden.push({ trace, heap, operations, milliseconds: 0, mismatch });
        return;
      }
    }
    const story = printableLine(describeLost(lost, patience));
    if (job.kind === 'golden workload' && lost.at.call !== undefined) {
      this.#hanging.add(job.heap);
      this.#verification.workloads.push(lostRun(job.workload.name, job.heap, lost.at.operation, story));
      return;
    }
    if (job.kind === 'canary') this.#verification.canaries.push({ ...job, found: false, story });
    else this.#verification.troubles.push(`${describeJob(job)}: ${story}`);
  }

  /** A worker that died over a program is a failure too: the program is made again, without being run. */
  async #failureOf(done: Done<Job, JobResult>): Promise<Failure | undefined> {
    const { job } = done;
    if (job.kind !== 'program') return undefined;
    if (done.kind === 'result' && done.result.kind === 'program' && done.result.value.failure) {
      return { ...job, ...done.result.value.failure };
    }
    if (done.kind !== 'died' && done.kind !== 'hung') return undefined;
    const again = await single(this.#pool, { kind: 'generate', seed: job.seed, index: job.index });
    if (again.kind === 'result' && again.result.kind === 'generate') {
      const program = again.result.value;
      const divergence = divergenceOf(done, program, job.check.patience);
      return { ...job, program, ...(divergence ? { divergence } : { why: done.why }) };
    }
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
    const shrunk = await shrinkApart({ program, check, divergence }, this.#pool, ({ program: now, runs }) =>
      this.#progress.update(() => {
        return `shrinking: ${formatMany(now.commands.length, 'command')} after ${formatMany(runs, 'run')}`;
      }),
    );
    const early = shrunk.trouble === undefined ? '' : `: ${shrunk.trouble}`;
    const history = `${origin}, ${describeShrunk(program, shrunk)}${early}`;
    this.#verification.findings.push(
      await saveFinding({ program: shrunk.program, divergence: shrunk.divergence, check, history }, fileName),
    );
  }

  #describeProgress(): string {
    const { golden, workloads, programs, operations } = this.#verification;
    const elapsed = performance.now() - this.#begun;
    const runs = this.#plan.runs ?? (this.#plan.time === undefined ? DEFAULT_RUNS : undefined);
    const of = runs === undefined ? '' : ` of ${formatCount(runs)}`;
    return [
      formatMany(golden.length, 'golden replay'),
      formatMany(workloads.length, 'workload'),
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
    case 'program':
    case 'generate':
      return `program ${job.index} of seed ${job.seed}`;
    case 'golden workload':
      return `running ${job.workload.name} on ${job.heap}`;
    case 'canary':
      return `the hunt for ${job.canary}`;
    case 'run':
    case 'trace':
    case 'record':
    case 'show':
    case 'workload':
    case 'fuzz':
    case 'clauses':
    case 'views':
      return job.kind;
  }
}
