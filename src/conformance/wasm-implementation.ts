import { describeValue } from '../programs/index.js';
import {
  FATAL,
  FatalError,
  STATISTIC_NAMES,
  type HeapConfig,
  type Host,
  type Operation,
  type OperationName,
  type OperationResult,
  type Statistics,
} from '../spec/index.js';
import { BreakdownError } from './breakdown-error.js';
import { PROFILES, type Case, type CaseResult, type Declaration, type Implementation } from './contract.js';
import { runInProcess, type ConformingHeap } from './in-process.js';
import { PROTOCOL_VERSION, WrongVersionError } from './protocol.js';

/** The operations by their numbers, and the arguments of each in the order in which they are passed. */
export const WASM_OPERATIONS = [
  ['alloc', ['npages', 'sizeclass', 'large', 'needzero']],
  ['free', ['base', 'acct', 'needzero']],
  ['allocStack', ['npages']],
  ['freeStack', ['base']],
  ['tick', ['ns']],
  ['scavenge', ['limit']],
  ['freeOSMemory', []],
  ['query', ['addr']],
  ['addFinalizer', ['p', 'addr', 'id']],
  ['removeFinalizer', ['p', 'addr']],
  ['setProfile', ['p', 'addr', 'id']],
  ['malloc', ['p', 'size', 'needzero', 'scan']],
  ['flush', ['p']],
  ['addProc', []],
  ['removeProc', ['p']],
  ['gcStart', []],
  ['mark', ['addr']],
  ['gcEnd', ['heapDistance']],
  ['sweepone', ['p']],
] as const satisfies readonly (readonly [OperationName, readonly string[]])[];

/** The messages of fatal errors by their numbers: a call that ends in the first of them gives 16, and so on. */
export const WASM_FATAL: readonly string[] = Object.values(FATAL);

const FIRST_FATAL = 16;

/** What a call of `perform` gives, but for the fatal errors. */
const STATUS = { nothing: 0, result: 1, none: 2, rangeError: 3, typeError: 4 } as const;

/** What of WebAssembly is used here; the types that come with Node do not tell of it. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (settings: object) => WasmMemory;
}

type WasmModule = object;

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };

/** The functions that a module exports, besides its memory. */
interface Exports {
  readonly memory: WasmMemory;
  readonly protocol: () => number;
  readonly profile: () => number;
  readonly level: () => number;
  readonly results: () => number;
  readonly create: (...settings: number[]) => void;
  readonly perform: (op: number, a: number, b: number, c: number, d: number) => number;
  readonly statistics?: () => void;
}

const FUNCTIONS = ['protocol', 'profile', 'level', 'results', 'create', 'perform'] as const;

/** An implementation that is a WebAssembly module: each case runs on an instance of its own. */
export class WasmImplementation implements Implementation {
  private readonly module: WasmModule;
  private readonly name: string;

  /** @throws CompileError where `bytes` are no module. */
  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.module = new wasm.Module(bytes);
  }

  /** @throws {@link BreakdownError} where the module has not what it must have. */
  start(): Promise<Declaration> {
    const { protocol, profile, level } = this.guarded(() => exportsOf(this.module, NO_HOST));
    return Promise.resolve(
      this.guarded(() => {
        const version = protocol();
        if (version !== PROTOCOL_VERSION) {
          const { message } = new WrongVersionError(version);
          throw new BreakdownError({ kind: 'wrong-version', message, protocol: version });
        }
        // States are more than numbers: a module can claim no more than `placement`.
        const claimed = PROFILES.at(profile());
        if (claimed === undefined || claimed === 'structure') {
          throw new Error(`it claims the profile ${profile()}`);
        }
        return { name: this.name, profile: claimed, level: level() === 1 ? 'objects' : 'pages' };
      }),
    );
  }

  run(test: Case): Promise<CaseResult> {
    const make = (config: HeapConfig, host: Host): ConformingHeap =>
      wasmHeap(exportsOf(this.module, host), config);
    return Promise.resolve(runInProcess(make, test));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  private guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof BreakdownError) throw error;
      const what = error instanceof Error ? error.message : describeValue(error);
      throw new BreakdownError({ kind: 'crashed', message: `it could not be started: ${what}` });
    }
  }
}

/** The host that a module has before it has a heap. */
const NO_HOST: Pick<Host, keyof Host> = {
  nanotime: () => 1,
  tick: () => undefined,
  sysMap: () => false,
  sysUsed: () => undefined,
  sysUnused: () => undefined,
  clear: () => undefined,
  spanClaimed: () => undefined,
  queueFinalizer: () => undefined,
  profileFree: () => undefined,
  print: () => undefined,
  gctrace: false,
};

function exportsOf(module: WasmModule, host: Host): Exports {
  const imports = {
    nanotime: () => host.nanotime(),
    tick: (ns: number) => host.tick(ns),
    sysMap: (offset: number, bytes: number) => (host.sysMap(offset, bytes) ? 1 : 0),
    sysUsed: (offset: number, bytes: number) => host.sysUsed(offset, bytes),
    sysUnused: (offset: number, bytes: number) => host.sysUnused(offset, bytes),
    clear: (offset: number, bytes: number) => host.clear(offset, bytes),
    spanClaimed: (base: number) => host.spanClaimed(base),
    queueFinalizer: (addr: number, id: number) => host.queueFinalizer(addr, id),
    profileFree: (id: number, size: number) => host.profileFree(id, size),
  };
  const { exports } = new wasm.Instance(module, { host: imports });
  const missing = FUNCTIONS.find((name) => typeof exports[name] !== 'function');
  if (missing !== undefined) throw new Error(`it exports no function "${missing}"`);
  if (!(exports.memory instanceof wasm.Memory)) throw new Error('it exports no memory "memory"');
  return exports as unknown as Exports;
}

const ARGUMENTS = new Map<string, { readonly op: number; readonly names: readonly string[] }>(
  WASM_OPERATIONS.map(([name, names], op) => [name, { op, names }]),
);

/** A heap in an instance of a module. */
function wasmHeap(module: Exports, config: HeapConfig): ConformingHeap {
  const { physPageSize, arenaPages, procs, arenaStart, heapAllocChunk, growRound, maxHeapList } = config;
  module.create(physPageSize, arenaPages, procs, arenaStart, heapAllocChunk, growRound, maxHeapList);
  const at = module.results();
  const results = (count: number): Float64Array => new Float64Array(module.memory.buffer, at, count);
  const { statistics } = module;
  return {
    perform: (operation) => performIn(module, operation, results),
    ...(statistics && {
      statistics: () => {
        statistics();
        const values = results(STATISTIC_NAMES.length);
        return Object.fromEntries(STATISTIC_NAMES.map((name, i) => [name, values[i]])) as Statistics;
      },
    }),
  };
}

function performIn(
  module: Exports,
  operation: Operation,
  results: (count: number) => Float64Array,
): OperationResult {
  const known = ARGUMENTS.get(operation.op);
  if (known === undefined) throw new Error(`there is no operation ${operation.op}`);
  const { op, names } = known;
  const values = operation as unknown as Readonly<Record<string, unknown>>;
  const arg = (i: number): number => (i < names.length ? numberOf(values[names[i]]) : 0);
  let status: number;
  try {
    status = module.perform(op, arg(0), arg(1), arg(2), arg(3));
  } catch (error) {
    // A fatal error of an operation inside passes through; a trap may be a RangeError, and is none of the heap's.
    if (error instanceof FatalError) throw error;
    throw new Error(`it trapped: ${error instanceof Error ? error.message : describeValue(error)}`, {
      cause: error,
    });
  }
  switch (status) {
    case STATUS.nothing:
      return undefined;
    case STATUS.result:
      return resultIn(operation.op, results(6));
    case STATUS.none:
      return null;
    case STATUS.rangeError:
      throw new RangeError('refused');
    case STATUS.typeError:
      throw new TypeError('refused');
    default:
      throw fatalErrorOf(status);
  }
}

/** What is no number, a text or the nil pointer, arrives as NaN. */
function numberOf(value: unknown): number {
  return typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : NaN;
}

function fatalErrorOf(status: number): Error {
  const message = WASM_FATAL.at(status - FIRST_FATAL);
  if (status < FIRST_FATAL || message === undefined) {
    return new Error(`it ended a call with the status ${status}`);
  }
  return new FatalError(message);
}

function resultIn(op: OperationName, [a, b, c, d, e, f]: Float64Array): OperationResult {
  switch (op) {
    case 'alloc':
      return { base: a, zeroed: b !== 0 };
    case 'allocStack':
      return { base: a };
    case 'malloc':
      return { addr: a, zeroed: b !== 0 };
    case 'addFinalizer':
      return { added: a !== 0, ...(b >= 0 && { scanned: b }) };
    case 'query':
      return {
        inheap: a !== 0,
        inHeapOrStack: b !== 0,
        lookupMaybe: c >= 0 ? c : null,
        mlookup: d >= 0 ? [d, e] : null,
        ...(f >= 0 && { spanOf: f }),
      };
    default:
      return a;
  }
}
