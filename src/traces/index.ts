export { GzipProblem } from './gunzip.js';
export type { GoldenFile } from './golden-index.js';
export { goldenFolder, goldenTraces, readGoldenTrace, type GoldenTrace } from './golden.js';
export {
  checkGoldenWorkload,
  checkWorkload,
  diffWorkloadResults,
  goldenWorkloads,
  readGoldenWorkload,
  workloadFolder,
  type CheckWorkloadOptions,
  type GoldenWorkload,
  type WorkloadReport,
} from './golden-workloads.js';
export { performNest, performStep, type HeapUnderWay, type Nest } from './perform-nest.js';
export { canonicalJson, printRecord, type UnplacedRecord } from './print-record.js';
export { readTrace, type ReadTraceOptions } from './read-trace.js';
export { recordProgram, type RecordProgramOptions, type RecordReport } from './record-program.js';
export { renderDifference, renderMismatch } from './render-mismatch.js';
export { replayTrace, type ReplayReport, type ReplayTraceOptions, type TraceMismatch } from './replay.js';
export { nestedPlaces, type NestedPlace } from './replay-step.js';
export { runWorkload, type WorkloadResult } from './run-workload.js';
export { traceBytes } from './trace-bytes.js';
export { TraceError, type TraceProblem } from './trace-error.js';
export { TraceWriter, type LineSink, type TraceWriterOptions } from './trace-writer.js';
export type { TraceLevel } from './trace-level.js';
export * from './trace.js';
export { readWorkload, type ReadWorkloadOptions, type WorkloadEvent } from './workload.js';
