import type { OperationName } from '../spec/index.js';

/** What a trace is about: page-level operations alone, or all operations. */
export type TraceLevel = 'pages' | 'objects';

const LEVELS = {
  alloc: 'pages',
  free: 'pages',
  allocStack: 'pages',
  freeStack: 'pages',
  tick: 'pages',
  scavenge: 'pages',
  freeOSMemory: 'pages',
  query: 'pages',
  addFinalizer: 'pages',
  removeFinalizer: 'pages',
  setProfile: 'pages',
  malloc: 'objects',
  flush: 'objects',
  addProc: 'objects',
  removeProc: 'objects',
  gcStart: 'objects',
  mark: 'objects',
  gcEnd: 'objects',
  sweepone: 'objects',
} as const satisfies Record<OperationName, TraceLevel>;

/** The level of a trace that holds these operations: `objects` as soon as one of them is about objects. */
export function levelOf(operations: Iterable<OperationName>): TraceLevel {
  for (const name of operations) if (LEVELS[name] === 'objects') return 'objects';
  return 'pages';
}

/** Whether a trace of a level may hold an operation. */
export function belongsTo(level: TraceLevel, name: OperationName): boolean {
  return level === 'objects' || LEVELS[name] === 'pages';
}

/** Operations that stop the world: nothing runs inside of them, and they run inside of nothing. */
export const STOPS_THE_WORLD: ReadonlySet<OperationName> = new Set<OperationName>(['gcStart', 'gcEnd']);
