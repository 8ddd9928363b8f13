import { referenceHeap } from '../src/reference/index.js';
import type {
  Heap,
  HeapConfig,
  HeapFactory,
  Host,
  Operation,
  OperationResult,
  State,
  Statistics,
} from '../src/spec/index.js';

/** What a planted fault does: each part stands between a reference heap and whoever uses it. */
export interface Fault {
  readonly config?: (config: HeapConfig) => HeapConfig;
  readonly host?: (host: Host) => Partial<Host>;
  readonly operation?: (operation: Operation) => Operation;
  readonly result?: (result: OperationResult, operation: Operation) => OperationResult;
  readonly statistics?: (statistics: Statistics) => Statistics;
  readonly state?: (state: State) => State;
}

const same = <T>(value: T): T => value;

/** The reference with a fault. */
export function faulty(fault: Fault): HeapFactory {
  const { config: misread = same, operation: mistake = same, result: lie = same } = fault;
  const { statistics: miscount = same, state: misremember = same } = fault;
  return {
    name: 'faulty',
    create: (config, host): Heap => {
      const heap = referenceHeap.create(misread(config), fault.host ? meddled(host, fault.host(host)) : host);
      return {
        config,
        perform: (operation) => lie(heap.perform(mistake(operation)), operation),
        statistics: () => miscount(heap.statistics()),
        state: () => misremember(heap.state()),
      };
    },
  };
}

function meddled(host: Host, parts: Partial<Host>): Host {
  return {
    gctrace: host.gctrace,
    nanotime: () => host.nanotime(),
    tick: (ns) => host.tick(ns),
    sysMap: (offset, bytes) => host.sysMap(offset, bytes),
    sysUsed: (offset, bytes) => host.sysUsed(offset, bytes),
    sysUnused: (offset, bytes) => host.sysUnused(offset, bytes),
    clear: (offset, bytes) => host.clear(offset, bytes),
    spanClaimed: (base) => host.spanClaimed(base),
    queueFinalizer: (addr, id) => host.queueFinalizer(addr, id),
    profileFree: (id, size) => host.profileFree(id, size),
    print: (text) => host.print(text),
    ...parts,
  };
}

/** Changes arguments of all operations of a kind. */
export const alter =
  <Op extends Operation['op']>(op: Op, change: Partial<Extract<Operation, { op: Op }>>) =>
  (operation: Operation): Operation =>
    operation.op === op ? { ...operation, ...change } : operation;
