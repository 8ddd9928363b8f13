export { goldenFolder, goldenTraces, readGoldenTrace, type GoldenTrace } from './golden.js';
export { canonicalJson, printRecord, type UnplacedRecord } from './print-record.js';
export { readTrace, type ReadTraceOptions } from './read-trace.js';
export { recordProgram, type RecordProgramOptions, type RecordReport } from './record-program.js';
export { renderMismatch } from './render-mismatch.js';
export { replayTrace, type ReplayReport, type TraceMismatch } from './replay.js';
export { TraceError, type TraceProblem } from './trace-error.js';
export { TraceWriter, type LineSink, type TraceWriterOptions } from './trace-writer.js';
export * from './trace.js';
