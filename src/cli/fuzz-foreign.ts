import {
  BreakdownError,
  clausesOf,
  InProcessImplementation,
  type Declaration,
  type Implementation,
} from '../conformance/index.js';
import { shrinkAgainst } from '../conformance/shrink-finding.js';
import { isJudgedByReference, tryProgram, type Subject, type Trial } from '../conformance/trial.js';
import { CANARIES } from '../faults/index.js';
import {
  FeatureCounter,
  MOST_CANARY_PROGRAMS,
  programOfRun,
  type CanaryStory,
  type FuzzFailure,
  type FuzzOutcome,
  type FuzzRun,
  type FuzzRunner,
  type FuzzTask,
  type ShrunkFailure,
} from '../fuzzing/index.js';
import { runLockstep } from '../lockstep/index.js';
import { printProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { incompleteError } from './exit-code.js';
import { drawFinding } from './finding-picture.js';
import { commentedProgram } from './finding.js';
import { argumentsFor, foreignHeap } from './foreign-heap.js';
import { fitProgram } from './fit-program.js';
import { foreignViews } from './foreign-views.js';
import { formatMany } from './format.js';
import { programOf } from './fuzz-job.js';
import { heapViews } from './heap-views.js';
import { performInOrder, type Worker } from './in-order.js';
import { printable } from './printable.js';

/** How another heap is fuzzed. */
export interface ForeignFuzzingOptions {
  /** A WebAssembly module, or a program and its arguments. */
  readonly heap: readonly string[];
  /** Processes side by side; one more makes findings small. */
  readonly jobs: number;
  /** Time, in ms, for an answer. */
  readonly timeout: number;
  /** Whether programs are wanted as text. */
  readonly text: boolean;
}

/** Runs, at most, that make one finding small. */
const MOST_SHRINK_RUNS = 2000;

/** The time limit that `heapspec conform` has by itself, in ms. */
const CONFORM_TIMEOUT = 10_000;

/**
 * Runs programs on another heap, as conformance asks it: several processes of it side by side, judged here. What a program
 * shows is told by the reference, on which it runs too.
 */
export class ForeignFuzzing implements FuzzRunner {
  readonly reachesAllShapes = false;
  readonly #lanes: readonly ForeignLane[];
  readonly #apart: Implementation;
  #closed = false;

  private constructor(
    private readonly options: ForeignFuzzingOptions,
    readonly declaration: Declaration,
    private readonly implementations: readonly Implementation[],
  ) {
    const [apart, ...others] = implementations;
    this.#apart = apart;
    this.#lanes = others.map((one) => ({ perform: (task) => this.#perform(one, task) }));
  }

  /**
   * Starts a heap to ask what it claims.
   *
   * @throws CliError where there is no such heap, or it does not say so.
   */
  static async begin(options: ForeignFuzzingOptions): Promise<ForeignFuzzing> {
    const { heap, jobs, timeout } = options;
    const implementations = Array.from({ length: jobs + 1 }, () => foreignHeap(heap, { timeout }));
    try {
      const declaration = await implementations[0].start();
      return new ForeignFuzzing(options, declaration, implementations);
    } catch (error) {
      await implementations[0].stop();
      if (!(error instanceof BreakdownError)) throw error;
      throw incompleteError(`the heap could not be started: ${printable(error.message)}`);
    }
  }

  async *run<Task extends FuzzTask>(tasks: Iterable<Task | 'wait'>): AsyncGenerator<FuzzRun<Task>> {
    yield* performInOrder(tasks, this.#lanes as readonly Worker<Task, FuzzRun<Task>>[], () => this.#closed);
  }

  /** The judge is the same, and asked for no more than the heap claims. */
  async huntCanary(seed: number): Promise<CanaryStory> {
    const { level } = this.declaration;
    const canaries = CANARIES.filter(({ fault }) => level === 'objects' || fault.part === 'spans');
    const stories: string[] = [];
    for (const { name, heap } of canaries) {
      const canary = new InProcessImplementation(
        (config, host) => heap.create(config, host),
        this.declaration,
      );
      const at = await this.#firstFailing({ ...this.#subjectOf(canary), name }, seed);
      if (this.#closed) return { found: false, story: 'it was interrupted' };
      if (at === undefined) {
        const many = formatMany(MOST_CANARY_PROGRAMS, 'generated program');
        return { found: false, story: `${many} did not show the fault of ${name}` };
      }
      stories.push(`${name}: program ${at}`);
    }
    return { found: true, story: stories.join('; ') };
  }

  async shrink(
    failure: FuzzFailure,
    _memory: boolean,
    onProgress: (told: string) => void,
  ): Promise<ShrunkFailure> {
    let runs = 0;
    const trial = { calls: 0, skipped: 0, states: 0, whole: true, ...failure };
    const shrunk = await shrinkAgainst(this.#subjectOf(this.#apart), trial, this.#written, {
      maxRuns: MOST_SHRINK_RUNS,
      goesOn: () => {
        onProgress(`${formatMany(failure.program.commands.length, 'command')}, ${formatMany(runs++, 'run')}`);
        return !this.#closed;
      },
    });
    if (this.#closed) return { ...failure, runs: 0, minimal: false, trouble: 'it was interrupted' };
    const small = failureOf(shrunk.trial) ?? failure;
    return { ...small, runs: shrunk.runs, minimal: shrunk.minimal };
  }

  async picture(failure: FuzzFailure): Promise<readonly string[]> {
    const { program, divergence, breakdown } = failure;
    const name = this.declaration.name;
    const seen =
      breakdown === undefined && this.declaration.profile === 'structure'
        ? await foreignViews(program, divergence, this.#apart)
        : {};
    const expected = { name: referenceHeap.name, ...heapViews(program, divergence, referenceHeap) };
    return drawFinding({ divergence, expected, actual: { name, ...seen } });
  }

  textOf(
    { program, divergence }: FuzzFailure,
    { history }: { readonly history: string },
    path: string,
  ): string {
    return commentedProgram({ program, divergence, history }, this.reproduction(path));
  }

  reproduction(path: string): string {
    const { heap, timeout } = this.options;
    const limit = timeout === CONFORM_TIMEOUT ? [] : ['--timeout', `${timeout}ms`];
    return `npx heapspec conform ${argumentsFor(heap, ['--program', path, ...limit])}`;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.implementations.map((one) => one.stop()));
  }

  /** Whether programs run as they are written; where only safety is claimed, their sound operations run. */
  get #written(): boolean {
    return isJudgedByReference(this.declaration.profile);
  }

  #subjectOf(implementation: Implementation): Subject {
    const { name, profile, interleaving = false } = this.declaration;
    return { implementation, name, profile, interleaving };
  }

  async #perform(implementation: Implementation, task: FuzzTask): Promise<FuzzRun> {
    const outcome = await this.#try(implementation, programOf(task.source));
    return { ...outcome, task };
  }

  async #try(implementation: Implementation, drawn: Program): Promise<FuzzOutcome> {
    const begun = performance.now();
    const program = fitProgram(drawn, this.declaration);
    const trial = await tryProgram(this.#subjectOf(implementation), program, this.#written);
    // A heap that was stopped in the midst of a program has not failed.
    if (this.#closed) return { status: 'stopped' };
    const features = featuresOf(program);
    const cost = {
      commands: drawn.commands.length,
      operations: trial.calls,
      milliseconds: performance.now() - begun,
      ...(this.options.text && { text: printProgram(program) }),
    };
    const failure = failureOf(trial);
    if (failure === undefined) {
      return { status: 'passed', features: features.features(), shapes: features.toJSON(), ...cost };
    }
    return { status: statusOf(trial), failure, ...cost };
  }

  /** The number of the first program of a seed that fails. */
  async #firstFailing(subject: Subject, seed: number): Promise<number | undefined> {
    for (let index = 0; index < MOST_CANARY_PROGRAMS && !this.#closed; index++) {
      const program = fitProgram(programOfRun(seed, index), this.declaration);
      const { divergence } = await tryProgram(subject, program, this.#written);
      if (divergence !== undefined) return index;
    }
    return undefined;
  }
}

type ForeignLane = Worker<FuzzTask, FuzzRun>;

/** What a program shows on the reference. */
function featuresOf(program: Program): FeatureCounter {
  const features = new FeatureCounter();
  runLockstep(program, {
    heaps: [referenceHeap],
    shapes: features,
    states: 'end',
    invariants: [],
    locate: false,
    onOperation: () => features.beginOperation(),
  });
  return features;
}

function failureOf({ program, divergence, breakdown }: Trial): FuzzFailure | undefined {
  if (divergence === undefined) return undefined;
  const clauses = breakdown === undefined ? clausesOf(program, divergence).map(({ id }) => id) : [];
  return { program, divergence, clauses, ...(breakdown && { breakdown }) };
}

function statusOf({ breakdown }: Trial): 'failed' | 'hung' | 'crashed' {
  if (breakdown === undefined) return 'failed';
  return breakdown.kind === 'timed-out' ? 'hung' : 'crashed';
}
