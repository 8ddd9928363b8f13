import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import { diffStatistics, type Difference } from '../lockstep/index.js';
import { STATISTIC_NAMES, type HeapFactory } from '../spec/index.js';
import { checkedBytes, INDEX, isSha256, readIndex, type GoldenFile, type IndexKind } from './golden-index.js';
import { folderThatHolds } from './package-folder.js';
import { runWorkload, type WorkloadResult } from './run-workload.js';
import { traceBytes } from './trace-bytes.js';
import { readWorkload, type ReadWorkloadOptions, type WorkloadEvent } from './workload.js';

/** What a real program asked of its heap, and what the real heap made of it; comes with this package. */
export interface GoldenWorkload extends GoldenFile {
  /** What the real heap made of it. */
  readonly result: WorkloadResult;
}

type Recorded = Pick<GoldenWorkload, 'result'>;

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

/** What came of a workload on a heap, beside what the real heap made of it. */
export interface WorkloadReport {
  /** The name of the workload. */
  readonly file: string;
  /** The name of the heap. */
  readonly heap: string;
  readonly result: WorkloadResult;
  /** What the real heap made of it; left out where that is not known. */
  readonly recorded?: WorkloadResult;
  /** All that is not as it was recorded; empty also where nothing is known. */
  readonly differences: readonly Difference[];
}

/** How a workload is checked. */
export interface CheckWorkloadOptions extends ReadWorkloadOptions {
  /** Called before each event with its number, from 1. */
  readonly onEvent?: (number: number) => void;
}

/**
 * Runs a workload on a new heap, and compares what comes of it with what is recorded, where its text is that of one that
 * comes with this package, under whatever name.
 *
 * @param source - A path, or bytes in chunks of any size.
 * @throws as {@link readWorkload} and {@link goldenWorkloads} do.
 */
export async function checkWorkload(
  source: string | AsyncIterable<Uint8Array>,
  factory: HeapFactory,
  options: CheckWorkloadOptions = {},
): Promise<WorkloadReport> {
  const { onEvent, name, maxBytes } = options;
  const file = name ?? (typeof source === 'string' ? source : '<stream>');
  const known = goldenWorkloads();
  const hash = createHash('sha256');
  const bytes = hashed(traceBytes(source), hash);
  const events = readWorkload(bytes, { name: file, ...(maxBytes !== undefined && { maxBytes }) });
  const result = await runWorkload(events, factory, onEvent);
  const sha256 = hash.digest('hex');
  return reportOf(file, factory, result, known.find((workload) => workload.sha256 === sha256)?.result);
}

/**
 * Runs a workload of this package on a new heap, and compares what comes of it with what is recorded.
 *
 * @param onEvent - Called before each event with its number, from 1.
 * @throws as {@link readGoldenWorkload} does.
 */
export async function checkGoldenWorkload(
  workload: GoldenWorkload,
  factory: HeapFactory,
  onEvent?: (number: number) => void,
): Promise<WorkloadReport> {
  const result = await runWorkload(readGoldenWorkload(workload), factory, onEvent);
  return reportOf(workload.name, factory, result, workload.result);
}

function reportOf(
  file: string,
  { name: heap }: HeapFactory,
  result: WorkloadResult,
  recorded: WorkloadResult | undefined,
): WorkloadReport {
  if (recorded === undefined) return { file, heap, result, differences: [] };
  return { file, heap, result, recorded, differences: diffWorkloadResults(recorded, result) };
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
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
