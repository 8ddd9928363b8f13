import { CLASS_TO_PAGES, CLASS_TO_SIZE, NUM_SIZE_CLASSES, PAGE_SIZE } from '../spec/index.js';
import type { Wishes } from './page-counts.js';
import type { Command } from './program.js';
import type { Run } from './run.js';

/** Draws an allocation of a heap span. */
export function alloc(run: Run, wishes: Wishes): Command {
  const { chance, habits, ledger } = run;
  const needzero = chance.happens(habits.needzeroShare);
  if (chance.happens(habits.smallShare * (1 - wishes.favours))) {
    const sizeclass = chance.pick(habits.classes);
    return allocOf(run, CLASS_TO_PAGES[sizeclass], sizeclass, false, needzero);
  }
  const npages = run.pageCounts.draw(ledger, wishes);
  // Now and then what the runtime never asks for, but the heap allows: any class, at any length, large or not.
  if (chance.happens(1 / 16)) {
    return allocOf(run, npages, chance.below(NUM_SIZE_CLASSES), chance.happens(1 / 2), needzero);
  }
  return allocOf(run, npages, 0, chance.happens(7 / 8), needzero);
}

/** An allocation of a heap span with these arguments. */
export function allocOf(
  { ledger }: Pick<Run, 'ledger'>,
  npages: number,
  sizeclass: number,
  large: boolean,
  needzero: boolean,
): Command & { readonly op: 'alloc' } {
  const elemsize = elemsizeOf(npages, sizeclass);
  const handle = ledger.allocate(npages, false, elemsize, limitOf(npages, elemsize));
  return { op: 'alloc', handle, npages, sizeclass, large, needzero };
}

/** Bytes of one object of a heap span. */
export function elemsizeOf(npages: number, sizeclass: number): number {
  return sizeclass === 0 ? npages * PAGE_SIZE : CLASS_TO_SIZE[sizeclass];
}

/** Bytes of a heap span that are in objects: whatever is left at its end is in none. */
export function limitOf(npages: number, elemsize: number): number {
  const bytes = npages * PAGE_SIZE;
  return bytes - (bytes % elemsize);
}

/** Draws an allocation of a span for stacks. */
export function allocStack(run: Run, wishes: Wishes): Command {
  return allocStackOf(run, run.pageCounts.draw(run.ledger, wishes));
}

/** An allocation of a stack span of this length. */
export function allocStackOf(
  { ledger }: Pick<Run, 'ledger'>,
  npages: number,
): Command & { readonly op: 'allocStack' } {
  return { op: 'allocStack', handle: ledger.allocate(npages, true, npages * PAGE_SIZE, 0), npages };
}

/** Frees the live span at a place in the ledger's list. */
export function free({ chance, habits, ledger }: Run, index: number): Command {
  const { handle, stack } = ledger.free(index);
  const span = { handle, offset: 0 };
  if (stack) return { op: 'freeStack', span };
  const dirty = chance.happens(habits.dirtyShare);
  if (chance.happens(1 / 32)) return { op: 'free', span, acct: chance.happens(1 / 2), dirty };
  return { op: 'free', span, dirty };
}
