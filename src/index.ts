/**
 * heapspec: an executable specification of Go's page heap, and the tools that hold any heap to it.
 *
 * - {@link referenceHeap} says what the heap does; {@link optimizedHeap} does the same fast.
 * - {@link heapPrograms} draws programs for heaps, {@link shrinkProgram} makes failing ones small, and
 *   {@link parseProgram} and {@link printProgram} keep them as text.
 * - {@link assertLockstep} runs a program on several heaps at once and compares them after every operation.
 * - {@link replayTrace} holds a heap to a recording; {@link goldenTraces} are those of the real one.
 * - {@link checkWorkload} runs what a real program asked of its heap; {@link goldenWorkloads} are some of them.
 *
 * @example A property in which a heap of one's own, `myHeap`, stands beside the reference.
 * ```ts
 * fc.assert(
 *   fc.property(heapPrograms(), (program) => {
 *     assertLockstep(program, { heaps: [referenceHeap, myHeap] });
 *   }),
 * );
 * ```
 *
 * @module
 */

// The vocabulary: what a heap is asked, what it answers, what it stands on, what can be seen of it.
export {
  CLASS_TO_PAGES,
  CLASS_TO_SIZE,
  DEFAULT_CONFIG,
  FATAL,
  FatalError,
  heapConfig,
  initialStatistics,
  KIND_SPECIAL_FINALIZER,
  KIND_SPECIAL_PROFILE,
  MAX_ARENA_PAGES,
  MAX_ARENA_START,
  MAX_CACHES,
  MAX_PHYS_PAGE_SIZE,
  MAX_REQUEST_BYTES,
  MAX_REQUEST_PAGES,
  MIN_PHYS_PAGE_SIZE,
  OPERATION_ARGUMENTS,
  PAGE_SIZE,
  STATISTIC_NAMES,
} from './spec/index.js';
export type {
  AddFinalizerResult,
  AllocOperation,
  AllocResult,
  AllocStackResult,
  Bases,
  ByNumber,
  CacheCounter,
  CacheState,
  CentralState,
  FreeOperation,
  FreeSpanState,
  Heap,
  HeapConfig,
  HeapFactory,
  Host,
  InUseSpanState,
  MallocOperation,
  MallocResult,
  ObjectsState,
  Operation,
  OperationName,
  OperationResult,
  QueryResult,
  SpanState,
  StackSpanState,
  State,
  StatisticName,
  Statistics,
} from './spec/index.js';

// The heaps: the model, the machine, and some with a planted fault each to try a suite on.
export { ReferenceHeap, referenceHeap } from './reference/index.js';
export { OptimizedHeap, optimizedHeap, type PlainMethods } from './optimized/index.js';
export { CANARIES, CANARY_SPARES_PAGES, canaryHeap, objectCanaryHeap } from './faults/index.js';
export type { Canary, Fault, HeapPart } from './faults/index.js';

// Programs: drawn, written and read as text, shrunk.
export {
  Bindings,
  heapPrograms,
  isProgram,
  objectHandles,
  OBLIGING_HOST,
  parseProgram,
  printCommand,
  printProgram,
  ProgramSyntaxError,
  shrinkProgram,
  turnsAt,
  turnsOf,
} from './programs/index.js';
export type {
  Argument,
  Command,
  CommandBody,
  CommandFrame,
  Expectation,
  Handle,
  HeapProgramsOptions,
  HostScript,
  Place,
  Program,
  ProgramLevel,
  ShrinkOptions,
  ShrinkProgress,
  ShrinkResult,
  SyntaxProblem,
  TextPosition,
  Turn,
} from './programs/index.js';

// Commands for `fc.commands` and `fc.modelRun`, for a heap that has no more than `perform`.
export { HeapCommand, heapCommands, HeapModel } from './programs/index.js';
export type {
  Draft,
  HeapCommandsOptions,
  LiveObject,
  ModelView,
  ObjectLife,
  PerformingHeap,
  SpanNote,
} from './programs/index.js';

// Lockstep: heaps side by side.
export {
  assertLockstep,
  diffStates,
  diffStatistics,
  LockstepError,
  performObserved,
  RecordingHost,
  renderDivergence,
  runLockstep,
} from './lockstep/index.js';
export type {
  Claim,
  ClaimGuest,
  ClaimListener,
  Clear,
  Difference,
  Divergence,
  DivergenceKind,
  Effects,
  ErrorKind,
  FreedProfile,
  LockstepOptions,
  LockstepReport,
  NestedStep,
  Outcome,
  OutcomeError,
  PerformInside,
  QueuedFinalizer,
  RecordingHostOptions,
  SysCall,
} from './lockstep/index.js';

// Invariants: what is true of every heap between two operations.
export { checkInvariants, INVARIANTS } from './lockstep/index.js';
export type {
  Accounts,
  BrokenInvariant,
  Invariant,
  LedgerSpecial,
  ObjectLedger,
  ObjectSpan,
  LedgerParts,
  Placement,
  StateView,
  SweepEffects,
  Swept,
} from './lockstep/index.js';

// Shapes: the situations that a run has gone through.
export { ShapeCounter, SHAPES, ShapeTracker } from './lockstep/index.js';
export type { Shape, ShapeName, Tally } from './lockstep/index.js';

// Traces: recordings of what one heap did, those of the real heap among them. Workloads: what real programs ask of one.
export {
  checkGoldenWorkload,
  checkWorkload,
  goldenFolder,
  goldenTraces,
  goldenWorkloads,
  MAX_NESTING,
  readGoldenTrace,
  readGoldenWorkload,
  readTrace,
  readWorkload,
  recordProgram,
  renderMismatch,
  replayTrace,
  runWorkload,
  TraceError,
  TraceWriter,
  workloadFolder,
} from './traces/index.js';
export type {
  ChangedStatistics,
  CheckWorkloadOptions,
  GoldenFile,
  GoldenTrace,
  GoldenWorkload,
  LineSink,
  NestedPlace,
  ReadTraceOptions,
  ReadWorkloadOptions,
  RecordProgramOptions,
  RecordReport,
  ReplayReport,
  ReplayTraceOptions,
  TraceClaim,
  TraceHeader,
  TraceLevel,
  TraceMismatch,
  TraceOperation,
  TraceProblem,
  TraceProvenance,
  TraceRecord,
  TraceState,
  TraceStep,
  TraceWriterOptions,
  WorkloadEvent,
  WorkloadReport,
  WorkloadResult,
} from './traces/index.js';

// Conformance: any implementation held to the specification, and to as much of it as it claims.
export {
  checkConformance,
  describeConformance,
  InProcessImplementation,
  LEVELS,
  ProcessImplementation,
  PROFILES,
  renderConformanceFinding,
  serveConformance,
  WasmImplementation,
} from './conformance/index.js';
export type {
  Answer,
  AnsweredClaim,
  Breakdown,
  Call,
  CaseOrigin,
  CaseResult,
  ClauseVerdict,
  Case,
  ConformanceClause,
  ConformanceCounts,
  ConformanceFinding,
  ConformanceOptions,
  ConformanceProgress,
  ConformanceReport,
  Conformer,
  ConformingHeap,
  Declaration,
  DescribeOptions,
  Implementation,
  Level,
  MakeHeap,
  Operand,
  ProcessOptions,
  Profile,
  TestRunner,
  Verdict,
} from './conformance/index.js';

// What came of it, told in several formats, and beside the failures that are known.
export {
  badgeSvg,
  fixKnownFailures,
  htmlPage,
  jsonLines,
  judgeKnown,
  junitXml,
  KnownFailuresError,
  parseKnownFailures,
  printKnownFailures,
  recordTimeLines,
  sarifLog,
  summarize,
} from './conformance/index.js';
export type {
  ClauseText,
  ComparedMoment,
  KnownFailure,
  KnownJudgement,
  ToldLine,
  MapKind,
  MapSide,
  MapSpan,
  ReportContext,
  ReportWords,
  SummaryColours,
  TimeLine,
  TimeLineStep,
  ToldDifference,
} from './conformance/index.js';

// The specification, clause by clause.
export {
  CLAUSES,
  clausesOf,
  clausesOfMismatch,
  clausesOfReplay,
  HEADINGS,
  parseExample,
  THEMES,
} from './conformance/index.js';
export type { Clause, Example, Show, Source, Theme } from './conformance/index.js';
