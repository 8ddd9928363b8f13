import {
  PAGE_SIZE,
  heapConfig,
  type Heap,
  type HeapConfig,
  type Operation,
  type OperationResult,
} from '../spec/index.js';
import { Bindings } from './bindings.js';
import { Ledger, type SpanNote } from './ledger.js';
import { elemsizeOf, limitOf } from './moves.js';
import { ObjectLives } from './object-lives.js';
import { liveObject, type LiveObject } from './plausible-objects.js';
import { implausibility, sameResult, type Known, type LiveSpan } from './plausible.js';
import type { Command, Handle, Place } from './program.js';
import { printCommand } from './text/print-program.js';

/** All that the commands of fast-check need of a heap. */
export type PerformingHeap = Pick<Heap, 'perform'>;

/**
 * The model that `heapCommands` run against, new for each run: which spans and objects are live and where, and, if given,
 * another heap that performs the same operations and must give the same results.
 */
export class HeapModel {
  readonly config: HeapConfig;
  readonly #expected: PerformingHeap | null;
  readonly #ledger: Ledger;
  readonly #bindings = new Bindings();
  readonly #live: LiveSpan[] = [];
  readonly #lives = new ObjectLives();
  readonly #objectHandles = new Set<Handle>();
  #liveObjects: LiveObject[] = [];
  #marking = false;
  readonly #caches: number[];
  /** Addresses at which profile records were set. */
  readonly #profiledAddresses = new Set<number>();

  /**
   * @param config The settings of the heap under test that are not the default.
   * @param expected A fresh heap of the same configuration, on a host of its own, that is trusted to be right.
   * @throws RangeError where a setting is out of its range.
   */
  constructor(config: Partial<HeapConfig> = {}, expected: PerformingHeap | null = null) {
    this.config = heapConfig(config);
    this.#expected = expected;
    this.#ledger = new Ledger(this.config.arenaPages);
    this.#caches = Array.from({ length: this.config.procs }, (_, p) => p);
  }

  /** The handle for the next span that is allocated. */
  get nextHandle(): Handle {
    return this.#ledger.allocations + 1;
  }

  /** The handles of all objects so far. */
  get objects(): ReadonlySet<Handle> {
    return this.#objectHandles;
  }

  /** The live objects, in the order of their allocation. */
  get liveObjects(): readonly LiveObject[] {
    return this.#liveObjects;
  }

  /** Whether a cycle marks. */
  get marking(): boolean {
    return this.#marking;
  }

  /** The numbers of all caches, in the order of their making. */
  get caches(): readonly number[] {
    return this.#caches;
  }

  /** Whether a profile record was ever set at an address, in bytes from the start of the arena, of an object. */
  wasProfiled(addr: number): boolean {
    return this.#profiledAddresses.has(addr);
  }

  /** The live spans, in the order of their allocation. */
  get live(): readonly SpanNote[] {
    return this.#ledger.live;
  }

  /** The page counts of the spans that were freed last, newest first: 8 at most. */
  get freedPageCounts(): readonly number[] {
    return Array.from({ length: this.#ledger.freedCount }, (_, age) => this.#ledger.freed(age).npages);
  }

  /** Whether a profile record may stand at an offset, in bytes, of a live span, so that another one may be fatal. */
  mayBeProfiled(note: SpanNote, offset: number): boolean {
    return this.#ledger.mayBeProfiled(note, offset);
  }

  /**
   * Performs a command on a heap, and checks what it gives.
   *
   * @throws Error where the result is wrong for any heap, or not that of the expected heap; whatever the heap throws.
   */
  perform(command: Command, heap: PerformingHeap): void {
    const operation = this.#bindings.resolve(command);
    if (operation === null) {
      throw new Error(`${printCommand(command, this.objects)}: nothing has this handle`);
    }
    const result = heap.perform(operation);
    const wrong = implausibility(this.#known(), operation, result);
    if (wrong !== null) throw new Error(`${printCommand(command, this.objects)}: ${wrong}`);
    if (this.#expected !== null) {
      const expected = this.#expected.perform(operation);
      if (!sameResult(expected, result)) {
        throw new Error(
          `${printCommand(command, this.objects)}: expected ${textOf(expected)}, got ${textOf(result)}`,
        );
      }
    }
    this.#bindings.bind(command, result);
    this.#note(command, result);
    this.#noteObjects(operation, result);
  }

  #known(): Known {
    return {
      config: this.config,
      spans: this.#live,
      objects: this.#liveObjects,
      hadObjects: this.#objectHandles.size > 0,
      marking: this.#marking,
      caches: this.#caches,
    };
  }

  #noteObjects(operation: Operation, result: OperationResult): void {
    switch (operation.op) {
      case 'malloc': {
        const { addr } = result as { readonly addr: number };
        const handle = this.#ledger.nextHandle();
        const life = this.#lives.born(addr, operation.size, operation.scan);
        this.#objectHandles.add(handle);
        this.#liveObjects.push(liveObject(handle, addr, operation, life));
        break;
      }
      case 'gcStart':
        this.#lives.startMarking();
        this.#marking = true;
        break;
      case 'mark':
        this.#lives.mark(operation.addr, undefined);
        break;
      case 'gcEnd':
        this.#lives.endMarking();
        this.#marking = false;
        this.#liveObjects = this.#liveObjects.filter(({ life }) => !life.dead);
        break;
      case 'addProc':
        this.#caches.push(result as number);
        break;
      case 'removeProc':
        this.#caches.splice(this.#caches.indexOf(operation.p), 1);
        break;
      case 'setProfile':
        this.#profiledAddresses.add(operation.addr);
        break;
      default:
    }
  }

  #note(command: Command, result: OperationResult): void {
    switch (command.op) {
      case 'alloc': {
        const { npages, sizeclass } = command as { readonly npages: number; readonly sizeclass: number };
        const elemsize = elemsizeOf(npages, sizeclass);
        this.#allocated(npages, false, elemsize, limitOf(npages, elemsize), result);
        break;
      }
      case 'allocStack': {
        const npages = command.npages as number;
        this.#allocated(npages, true, npages * PAGE_SIZE, 0, result);
        break;
      }
      case 'free':
      case 'freeStack':
        this.#freed(command.span.handle);
        break;
      case 'setProfile':
        this.#profiled(command.at);
        break;
      default:
    }
  }

  #allocated(npages: number, stack: boolean, elemsize: number, limit: number, result: OperationResult): void {
    if (result === null) {
      this.#ledger.nextHandle();
      return;
    }
    this.#ledger.allocate(npages, stack, elemsize, limit);
    const note = this.live[this.live.length - 1];
    this.#live.push({ note, base: (result as { readonly base: number }).base });
  }

  #freed(handle: Handle | undefined): void {
    const index = this.live.findIndex((note) => note.handle === handle);
    this.#ledger.free(index);
    this.#live.splice(index, 1);
  }

  #profiled({ handle, offset }: Place): void {
    const note = this.live.find((span) => span.handle === handle);
    if (note !== undefined) this.#ledger.profile(note, offset as number);
  }
}

function textOf(result: OperationResult): string {
  return result === undefined ? 'no result' : JSON.stringify(result);
}
