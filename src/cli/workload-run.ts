import type { Difference } from '../lockstep/index.js';
import { diffWorkloadResults, type WorkloadReport, type WorkloadResult } from '../traces/index.js';
import type { HeapName } from './heaps.js';

/** A workload that a heap ran. */
export interface WorkloadRun {
  /** The name of the workload, safe to print. */
  readonly name: string;
  readonly heap: HeapName;
  /** Events that were begun. */
  readonly events: number;
  readonly milliseconds: number;
  /** Left out where the heap did not come back. */
  readonly result?: WorkloadResult;
  /** What the real heap made of it, where that is known. */
  readonly recorded?: WorkloadResult;
  /** All that is not as it was recorded or, where that is not known, as the first heap that ran it has it. */
  readonly differences: readonly Difference[];
  /** In what way the heap did not come back, in words that follow its name. */
  readonly lost?: string;
}

/** What a worker says of a workload that a heap ran. */
export interface WorkloadValue {
  readonly report: WorkloadReport;
  readonly milliseconds: number;
}

/** A run, from what a worker says of it. */
export function runOf(name: string, heap: HeapName, { report, milliseconds }: WorkloadValue): WorkloadRun {
  const { result, recorded, differences } = report;
  const events = result.mallocs + result.drops;
  return { name, heap, events, milliseconds, result, ...(recorded && { recorded }), differences };
}

/** A run of a heap that did not come back. */
export function lostRun(name: string, heap: HeapName, events: number, lost: string): WorkloadRun {
  return { name, heap, events, milliseconds: 0, differences: [], lost };
}

/** Runs of one workload; where nothing is recorded of it, each compared with the first. */
export function compareRuns(runs: readonly WorkloadRun[]): WorkloadRun[] {
  const first = runs.find(({ result }) => result !== undefined)?.result;
  return runs.map((run) =>
    run.recorded !== undefined || first === undefined || run.result === undefined
      ? run
      : { ...run, differences: diffWorkloadResults(first, run.result) },
  );
}

/** Whether a run shows that a heap is wrong. */
export function isWrong({ differences, lost, result }: WorkloadRun): boolean {
  return differences.length > 0 || lost !== undefined || result?.crash !== undefined;
}
