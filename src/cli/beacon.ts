/** What a heap can be asked to do, and how it is told of one that does not come back from it. */
const ERRANDS = {
  create: 'being made',
  perform: 'the operation',
  ask: 'being asked about addresses after the last operation',
  state: 'being asked for its state',
  statistics: 'being asked for its statistics',
  audit: 'its audit',
} as const;

/** What a heap is asked to do. */
export type Errand = keyof typeof ERRANDS;

const NAMES = Object.keys(ERRANDS) as Errand[];

/** Slots of the memory, each an integer of 32 bits. */
const SLOT = { ticks: 0, heap: 1, errand: 2, operation: 3, index: 4, commands: 5, count: 6 } as const;

/** No heap is at work, no command was begun. */
const NOWHERE = -1;

/** Where a worker was seen to be. */
export interface Sighting {
  /** Changes with everything that the worker does; wraps around. */
  readonly ticks: number;
  /** The call from which a heap has not come back; undefined where none is at work. */
  readonly call?: Call;
  /** Operations that were begun, in the program or the trace that is run; 0 before the first. */
  readonly operation: number;
  /** The command of a program, from 0, or the line of a trace, from 1; -1 before the first command. */
  readonly index: number;
  /** Commands of the program that is run, once it was read; 0 where it is none. */
  readonly commands: number;
}

/** A call of a heap. */
export interface Call {
  /** The number of the heap, as the worker numbers them. */
  readonly heap: number;
  readonly errand: Errand;
}

/**
 * Tells from one thread to another where a worker is. The worker sets it, and the main thread reads it, even while the
 * worker does not come back from what it is at: messages would wait then.
 */
export class Beacon {
  readonly #slots: Int32Array;

  /** @param memory - That of the other thread. */
  constructor(readonly memory = new SharedArrayBuffer(SLOT.count * Int32Array.BYTES_PER_ELEMENT)) {
    this.#slots = new Int32Array(memory);
    if (Atomics.load(this.#slots, SLOT.ticks) === 0) this.leave();
  }

  /** The operation that was begun last; 0 before the first. */
  get operation(): number {
    return Atomics.load(this.#slots, SLOT.operation);
  }

  /** The command or line that was begun last; -1 before the first. */
  get index(): number {
    return Atomics.load(this.#slots, SLOT.index);
  }

  /** Another job is begun. */
  begin(): void {
    this.expect(0);
    this.place(0, NOWHERE);
  }

  /** A program of so many commands is about to run. */
  expect(commands: number): void {
    Atomics.store(this.#slots, SLOT.commands, commands);
    Atomics.add(this.#slots, SLOT.ticks, 1);
  }

  /** An operation or a record is begun. */
  place(operation: number, index: number): void {
    Atomics.store(this.#slots, SLOT.operation, operation);
    Atomics.store(this.#slots, SLOT.index, index);
    Atomics.add(this.#slots, SLOT.ticks, 1);
  }

  /** A heap is called. */
  enter(heap: number, errand: Errand): void {
    Atomics.store(this.#slots, SLOT.heap, heap);
    Atomics.store(this.#slots, SLOT.errand, NAMES.indexOf(errand));
    Atomics.add(this.#slots, SLOT.ticks, 1);
  }

  /** The heap has come back. */
  leave(): void {
    Atomics.store(this.#slots, SLOT.errand, NOWHERE);
    Atomics.add(this.#slots, SLOT.ticks, 1);
  }

  /** Where the worker is. */
  sight(): Sighting {
    const [ticks, heap, errand, operation, index, commands] = Array.from(this.#slots, (_, slot) =>
      Atomics.load(this.#slots, slot),
    );
    const call = errand === NOWHERE ? undefined : { heap, errand: NAMES[errand] };
    return { ticks, operation, index, commands, ...(call && { call }) };
  }
}

/** A heap that did not come back from a call, in words that follow its name. */
export function describeHang({ errand }: Call, within: string): string {
  return `did not come back from ${ERRANDS[errand]} within ${within}`;
}

/** A call of a heap that ended its whole worker, in words that follow its name. */
export function describeCollapse({ errand }: Call, why: string): string {
  return `did not survive ${ERRANDS[errand]}: it ${why}`;
}
