import { CANARIES } from '../faults/index.js';
import { ShapeCounter, type Shape } from '../lockstep/index.js';
import type { GoldenTrace } from '../traces/index.js';
import { EXIT, worstExitCode, type ExitCode } from './exit-code.js';
import type { SavedFinding } from './finding.js';
import type { CanaryName, HeapChoice, HeapName } from './heaps.js';
import {
  CANARY_HUNTS,
  type CanaryHunt,
  type CanaryResult,
  type GoldenResult,
  type ProgramResult,
} from './job.js';
import { isWrong, type WorkloadRun } from './workload-run.js';

/** What to verify. */
export interface VerifyPlan {
  readonly seed: number;
  readonly heaps: HeapChoice;
  /** Generated programs; where both this and `time` are left out, {@link DEFAULT_RUNS}. */
  readonly runs?: number;
  /** Programs are begun for so many ms. */
  readonly time?: number;
  /** Time, in ms, after which a heap that does not come back from a call counts as one that hangs. */
  readonly patience: number;
  /** Threads; by default as many as there are cores. */
  readonly jobs?: number;
}

/** Generated programs of a run that does not say how many: some 20 s of work for two cores. */
export const DEFAULT_RUNS = 8000;

/** A golden trace that a heap replayed. */
export interface GoldenRun extends GoldenResult {
  readonly trace: GoldenTrace;
  readonly heap: HeapName;
}

/** The fault of a canary that was sought in one way. */
export interface CanaryRun extends CanaryResult {
  readonly canary: CanaryName;
  readonly hunt: CanaryHunt;
}

/** What a verification did and found, as it grows. */
export class Verification {
  readonly golden: GoldenRun[] = [];
  /** What heaps made of the golden workloads. */
  readonly workloads: WorkloadRun[] = [];
  readonly canaries: CanaryRun[] = [];
  /** Generated programs that ran. */
  readonly programs = { count: 0, withMemory: 0, operations: 0, milliseconds: 0 };
  readonly shapes = new ShapeCounter();
  readonly findings: SavedFinding[] = [];
  /** What kept the run from doing its work, a sentence each. */
  readonly troubles: string[] = [];

  /** Whether it was ended before its time. */
  interrupted = false;
  /** Time that it took, in ms. */
  milliseconds = 0;

  constructor(readonly plan: VerifyPlan) {}

  addProgram(result: ProgramResult, withMemory: boolean): void {
    this.programs.count++;
    if (withMemory) this.programs.withMemory++;
    this.programs.operations += result.operations;
    this.programs.milliseconds += result.milliseconds;
    this.shapes.merge(ShapeCounter.fromJSON(result.shapes));
  }

  /** Golden traces that a heap did not replay. */
  get mismatches(): readonly GoldenRun[] {
    return this.golden.filter((run) => run.mismatch !== undefined);
  }

  /** Golden workloads of which a heap made something else. */
  get wrongWorkloads(): readonly WorkloadRun[] {
    return this.workloads.filter(isWrong);
  }

  /** Operations of everything that ran, on one heap or in lockstep; of workloads, their events. */
  get operations(): number {
    const replayed = this.golden.reduce((sum, run) => sum + run.operations, 0);
    const events = this.workloads.reduce((sum, run) => sum + run.events, 0);
    return replayed + events + this.programs.operations;
  }

  /**
   * Notes the end of a run, and what is missing of it: golden traces, the faults of canaries, required shapes.
   *
   * @param milliseconds - How long it took.
   */
  conclude(milliseconds: number): void {
    this.milliseconds = milliseconds;
    if (this.interrupted) {
      this.troubles.push('it was interrupted');
      return;
    }
    if (this.golden.length === 0) this.troubles.push('no golden trace was replayed');
    if (this.workloads.length === 0) this.troubles.push('no golden workload was run');
    if (this.programs.count === 0 && this.findings.length === 0) {
      this.troubles.push('no generated program was run');
    }
    for (const { name } of CANARIES) for (const hunt of CANARY_HUNTS) this.#judgeHunt(name, hunt);
    const missed = this.missedShapes.map((shape) => shape.name);
    if (missed.length > 0) this.troubles.push(`required shapes were not reached: ${missed.join(', ')}`);
  }

  #judgeHunt(canary: CanaryName, hunt: CanaryHunt): void {
    const done = this.canaries.find((run) => run.canary === canary && run.hunt === hunt);
    if (done?.found === true) return;
    const story = done?.story ?? 'not sought';
    this.troubles.push(
      this.#referenceFails
        ? `${canary} is not judged by ${hunt}, since the reference, on which it is built, fails: ${story}`
        : `the planted fault of ${canary} was not found by ${hunt}: ${story}`,
    );
  }

  /** Whether the reference was found to be wrong, other than by being compared with a heap that may be so itself. */
  get #referenceFails(): boolean {
    return (
      this.mismatches.some(({ heap }) => heap === 'reference') ||
      this.wrongWorkloads.some(({ heap }) => heap === 'reference') ||
      this.findings.some(({ divergence }) => divergence?.heap === 'reference')
    );
  }

  /** Whether a heap was found to be wrong. */
  get failed(): boolean {
    return this.findings.length > 0 || this.mismatches.length > 0 || this.wrongWorkloads.length > 0;
  }

  /** The shapes that this run should have reached. */
  get missedShapes(): readonly Shape[] {
    return this.mustReachShapes ? this.shapes.unreached().filter((shape) => shape.required) : [];
  }

  exitCode(): ExitCode {
    return worstExitCode([
      ...(this.failed ? [EXIT.failed] : []),
      ...(this.troubles.length > 0 ? [EXIT.incomplete] : []),
    ]);
  }

  /** Whether the run was long enough that every required shape must have been reached, and nothing went wrong before. */
  get mustReachShapes(): boolean {
    return this.programs.count >= DEFAULT_RUNS && !this.interrupted && !this.failed;
  }
}
