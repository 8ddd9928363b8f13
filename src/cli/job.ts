import type { Divergence, LockstepReport } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import type { GoldenTrace, GoldenWorkload, ReplayReport, TraceMismatch } from '../traces/index.js';
import type { FuzzFailure } from '../fuzzing/index.js';
import type { Check } from './checking.js';
import type { Failure } from './failure.js';
import type { CanaryName, HeapName } from './heaps.js';
import type { HeapViews } from './heap-views.js';
import type { PostedSource } from './posted-source.js';
import type { InputSource } from './input.js';
import type { WorkloadValue } from './workload-run.js';

/** What can find the fault of a canary, each by itself. */
export const CANARY_HUNTS = ['golden traces', 'comparison', 'memory checks'] as const;

/** One of the ways to find the fault of a canary. */
export type CanaryHunt = (typeof CANARY_HUNTS)[number];

/** Work that a worker does alone, since a heap may not come back from it. Plain data, as are the results. */
export type Job =
  | { readonly kind: 'golden'; readonly trace: GoldenTrace; readonly heap: HeapName }
  | {
      readonly kind: 'canary';
      readonly canary: CanaryName;
      readonly hunt: CanaryHunt;
      readonly seed: number;
    }
  | { readonly kind: 'program'; readonly seed: number; readonly index: number; readonly check: Check }
  /** Makes a program without running it. */
  | { readonly kind: 'generate'; readonly seed: number; readonly index: number }
  /** Runs a program; `locate`: whether a finding is traced back to the first operation after which it shows. */
  | { readonly kind: 'run'; readonly program: Program; readonly check: Check; readonly locate: boolean }
  | {
      readonly kind: 'trace';
      readonly source: InputSource;
      readonly name: string;
      readonly heap: HeapName;
    }
  | {
      readonly kind: 'workload';
      readonly source: InputSource;
      readonly name: string;
      readonly heap: HeapName;
    }
  | { readonly kind: 'golden workload'; readonly workload: GoldenWorkload; readonly heap: HeapName }
  /** Makes a program and runs it for its features; `text`: whether it is wanted as text. */
  | { readonly kind: 'fuzz'; readonly source: PostedSource; readonly check: Check; readonly text: boolean }
  /** Names the clauses that a divergence breaks. */
  | { readonly kind: 'clauses'; readonly program: Program; readonly divergence: Divergence }
  /** Looks at a heap before and after the operation at which something is wrong. */
  | {
      readonly kind: 'views';
      readonly program: Program;
      readonly divergence: Divergence;
      readonly heap: HeapName;
    };

/** What came of a job of each kind. */
export interface JobResults {
  readonly golden: GoldenResult;
  readonly canary: CanaryResult;
  readonly program: ProgramResult;
  readonly generate: Program;
  readonly run: LockstepReport;
  readonly trace: ReplayReport | Failure;
  readonly workload: WorkloadValue | Failure;
  readonly 'golden workload': WorkloadValue;
  readonly fuzz: FuzzResult;
  readonly clauses: readonly string[];
  readonly views: HeapViews;
}

/** A result under the kind of its job. */
export type JobResult = {
  [Kind in keyof JobResults]: { readonly kind: Kind; readonly value: JobResults[Kind] };
}[keyof JobResults];

/** A golden trace was replayed. */
export interface GoldenResult {
  readonly operations: number;
  readonly milliseconds: number;
  readonly mismatch?: TraceMismatch;
}

/** The fault of a canary was sought. */
export interface CanaryResult {
  readonly found: boolean;
  /** What was done or what is missing, for the report. */
  readonly story: string;
}

/** A generated program was run. */
export interface ProgramResult {
  readonly operations: number;
  readonly milliseconds: number;
  /** Times that each shape was reached, by its name. */
  readonly shapes: Readonly<Record<string, number>>;
  readonly failure?: { readonly program: Program; readonly divergence: Divergence };
}

/** A program of a campaign was run. */
export interface FuzzResult {
  /** Of the program. */
  readonly commands: number;
  readonly operations: number;
  readonly milliseconds: number;
  /** By number, as `featureOf` names them. */
  readonly features: Uint32Array;
  /** Times that each shape was reached, in the order of the catalogue. */
  readonly shapes: Int32Array;
  readonly failure?: FuzzFailure;
  readonly text?: string;
}
