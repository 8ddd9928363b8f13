import { ENDERS, madeHandle, renamed, usedHandle } from '../command-fields.js';
import type { Command, Handle, Program } from '../program.js';
import type { Position, Stage, Step } from './stage.js';
import { sweep } from './sweep.js';
import { lifetimes, without, type Unit } from './units.js';

// Steps that take something away and leave the other spans where they are. To drop a lifetime moves all that is
// allocated behind it, and what fails may depend on where that lies.

/** An allocation of a whole number of pages. */
interface Allocation {
  readonly npages: number;
  /** The commands of its lifetime, the allocation first. */
  readonly unit: Unit;
}

/** All allocations of a whole number of pages, in their order, which mostly is that of their addresses. */
function allocations({ commands }: Program): Allocation[] {
  return lifetimes(commands)
    .sort((a, b) => a[0] - b[0])
    .flatMap((unit) => {
      const npages = pagesOf(commands[unit[0]]);
      return npages === undefined ? [] : [{ npages, unit }];
    });
}

function pagesOf(command: Command): number | undefined {
  const npages = 'npages' in command ? command.npages : undefined;
  return typeof npages === 'number' && Number.isSafeInteger(npages) ? npages : undefined;
}

/** The program without the lifetimes of some allocations, whose pages another one gets. */
function mergedInto(program: Program, host: Allocation, guests: readonly Allocation[]): Program {
  const npages = guests.reduce((sum, guest) => sum + guest.npages, host.npages);
  const index = host.unit[0];
  const commands = program.commands.with(index, { ...program.commands[index], npages } as Command);
  return without(
    { ...program, commands },
    guests.map(({ unit }) => unit),
  );
}

/** Merges a row of allocations into one, all or half of them, where nothing is freed: only their sum may matter then. */
export const mergeRows: Stage = function* (program, [next = 0]) {
  if (program.commands.some(({ op }) => ENDERS.has(op))) return;
  const all = allocations(program);
  const half = all.length >> 1;
  const rows = [all, all.slice(0, half), all.slice(half)];
  for (let i = next; i < rows.length; i++) {
    const [host, ...guests] = rows[i];
    if (guests.length > 0) yield { program: mergedInto(program, host, guests), position: [i] };
  }
};

/** Drops lifetimes and gives their pages to the allocation before them, where spans are freed. */
export const mergeIntoEarlier: Stage = function* (program, position, first) {
  yield* sweepGuests(program, position, first, (all, from, to) =>
    mergedInto(program, all[from], all.slice(from + 1, to + 1)),
  );
};

/** Drops lifetimes and gives their pages to the allocation behind them, where spans are freed. */
export const mergeIntoLater: Stage = function* (program, position, first) {
  yield* sweepGuests(program, position, first, (all, from, to) =>
    mergedInto(program, all[to], all.slice(from, to)),
  );
};

/** Sweeps over all allocations but one; `merged` gets rid of those from `from` up to `to`, in a list of one more. */
function* sweepGuests(
  program: Program,
  position: Position,
  first: boolean,
  merged: (all: readonly Allocation[], from: number, to: number) => Program,
): Generator<Step> {
  if (!program.commands.some(({ op }) => ENDERS.has(op))) return;
  const all = allocations(program);
  const count = Math.max(0, all.length - 1);
  yield* sweep({ count, guess: first ? count / 4 : 1 }, position, (from, to) => merged(all, from, to));
}

/** Drops a free and the next allocation of as many pages, which takes what was freed: it stays in use instead. */
export const keepInUse: Stage = function* (program, [next = 0]) {
  const { commands } = program;
  const pages = new Map<Handle, number>();
  for (const [index, command] of commands.entries()) {
    const made = madeHandle(command);
    const npages = pagesOf(command);
    if (made !== undefined && npages !== undefined) pages.set(made, npages);
    const freed = ENDERS.has(command.op) ? usedHandle(command) : undefined;
    const wanted = freed === undefined ? undefined : pages.get(freed);
    if (index < next || freed === undefined || wanted === undefined) continue;
    const again = commands.findIndex((later, at) => at > index && pagesOf(later) === wanted);
    if (again >= 0) yield { program: inUseFrom(program, freed, index, again), position: [index] };
  }
};

/** The program without a free and a later allocation, whose handle the freed one stands for from there on. */
function inUseFrom(program: Program, freed: Handle, free: number, again: number): Program {
  const handle = madeHandle(program.commands[again]);
  const commands = program.commands.map((command) =>
    usedHandle(command) === handle ? renamed(command, freed) : command,
  );
  return without({ ...program, commands }, [[free, again]]);
}

/** Makes spans of stacks spans of the heap: all at once, then one after the other. */
export const heapSpansOnly: Stage = function* (program, position) {
  const stacks = program.commands.flatMap((command) => (command.op === 'allocStack' ? [command.handle] : []));
  yield* sweep({ count: stacks.length, guess: stacks.length }, position, (from, to) =>
    heapSpans(program, new Set(stacks.slice(from, to))),
  );
};

function heapSpans(program: Program, handles: ReadonlySet<Handle>): Program {
  const commands = program.commands.map((command): Command => {
    if (!handles.has(madeHandle(command) ?? usedHandle(command) ?? NaN)) return command;
    if (command.op === 'allocStack') {
      return { ...command, op: 'alloc', sizeclass: 0, large: false, needzero: false };
    }
    // Stacks leave dirt.
    return command.op === 'freeStack' ? { ...command, op: 'free', dirty: true } : command;
  });
  return { ...program, commands };
}
