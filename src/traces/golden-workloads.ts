import { join } from 'node:path';
import { diffStatistics, type Difference } from '../lockstep/index.js';
import { STATISTIC_NAMES } from '../spec/index.js';
import { checkedBytes, INDEX, isSha256, readIndex, type GoldenFile, type IndexKind } from './golden-index.js';
import { folderThatHolds } from './package-folder.js';
import type { WorkloadResult } from './run-workload.js';
import { readWorkload, type WorkloadEvent } from './workload.js';

interface Recorded {
  /** What the real heap made of it. */
  readonly result: WorkloadResult;
}

/** What a real program asked of its heap, and what the real heap made of it; comes with this package. */
export type GoldenWorkload = GoldenFile & Recorded;

/** The folder with the workloads, in this package. */
export function workloadFolder(): string {
  const folder = join('golden', 'workloads');
  return join(folderThatHolds(join(folder, INDEX)), folder);
}

const WORKLOADS: IndexKind<Recorded> = {
  what: 'workload',
  form: '{"name", "lines", "sha256", "result"}',
  names: /\.txt(?:\.gz)?$/,
  isEntry: (entry): entry is Recorded => 'result' in entry && isResult(entry.result),
};

function isResult(value: unknown): value is WorkloadResult {
  if (typeof value !== 'object' || value === null) return false;
  const { mallocs, drops, cycles, addressesSha256, statistics, ...rest } = value as Readonly<
    Record<string, unknown>
  >;
  return (
    [mallocs, drops, cycles].every(Number.isSafeInteger) &&
    isSha256(addressesSha256) &&
    isStatistics(statistics) &&
    Object.keys(rest).length === 0
  );
}

function isStatistics(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const found = value as Readonly<Record<string, unknown>>;
  return (
    Object.keys(found).length === STATISTIC_NAMES.length &&
    STATISTIC_NAMES.every((name) => Number.isSafeInteger(found[name]))
  );
}

/**
 * The workloads that come with this package, by name.
 *
 * @param folder - Where they lie with their index; by default {@link workloadFolder}.
 * @throws {@link TraceError} where the index can't be read or is none, names a workload that is not there, or leaves
 *   out one that is.
 */
export function goldenWorkloads(folder: string = workloadFolder()): GoldenWorkload[] {
  return readIndex(folder, WORKLOADS);
}

/**
 * Reads a workload like {@link readWorkload}, and checks at its end that it is complete and undamaged.
 *
 * @throws {@link TraceError} also where the text is not the one that the index knows.
 */
export function readGoldenWorkload(workload: GoldenWorkload): AsyncGenerator<readonly WorkloadEvent[], void> {
  return readWorkload(checkedBytes(workload), { name: workload.name });
}

/** All that differs between two results of a workload, under paths such as `cycles` or `statistics.heap_live`. */
export function diffWorkloadResults(expected: WorkloadResult, actual: WorkloadResult): Difference[] {
  const parts = ['mallocs', 'drops', 'cycles', 'addressesSha256', 'endedBy', 'crash'] as const;
  return [
    ...parts
      .filter((part) => expected[part] !== actual[part])
      .map((part) => ({ path: part, expected: expected[part], actual: actual[part] })),
    ...diffStatistics(expected.statistics, actual.statistics).map((difference) => ({
      ...difference,
      path: `statistics.${difference.path}`,
    })),
  ];
}
