export { BreakdownError } from './breakdown-error.js';
export { checkConformance } from './check-conformance.js';
export * from './contract.js';
export {
  describeConformance,
  renderConformanceFinding,
  type DescribeOptions,
  type TestRunner,
} from './describe-conformance.js';
export type { Conformer } from './heap-implementation.js';
export { InProcessImplementation, runInProcess, type ConformingHeap, type MakeHeap } from './in-process.js';
export type { ConformanceClause, ConformanceOptions, ConformanceProgress } from './options.js';
export type * from './report.js';
export {
  fixKnownFailures,
  judgeKnown,
  KnownFailuresError,
  parseKnownFailures,
  printKnownFailures,
  type KnownFailure,
  type KnownJudgement,
} from './known-failures.js';
export * from './reports/index.js';
export { CLAUSES, HEADINGS, THEMES, type Clause, type Source, type Theme } from './clauses/index.js';
export { clausesOf, clausesOfMismatch, clausesOfReplay, clausesOfSigns, type Signs } from './clauses-of.js';
export { parseExample, type Example, type Show } from './example.js';
export { aspectOf, missedBy, observedAt, observeProgram, type Aspect, type Missed } from './observe.js';
export { specificationPages } from './specification-pages.js';
export { ProcessImplementation, type ProcessOptions } from './process-implementation.js';
export { serveConformance } from './serve.js';
export { WasmImplementation } from './wasm-implementation.js';
