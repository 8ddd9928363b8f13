export {
  heapProblem,
  MalformedAnswer,
  requireForm,
  resultProblem,
  stateProblem,
  statisticsProblem,
} from './answers.js';
export * from './assert-lockstep.js';
export type { DataProblem } from './data-check.js';
export * from './diff.js';
export * from './invariants/index.js';
export * from './lockstep.js';
export { requireFactory } from './options.js';
export * from './memory/memory-host.js';
export type { Accounts } from './objects/accounts.js';
export type { ObjectLedger, Placement, SweepEffects } from './objects/object-ledger.js';
export type { LedgerSpecial, ObjectSpan, Parts as LedgerParts } from './objects/object-span.js';
export type { Swept } from './objects/sweep-span.js';
export * from './outcome.js';
export * from './perform-observed.js';
export * from './recording-host.js';
export * from './render.js';
export * from './report.js';
export * from './shapes/index.js';
