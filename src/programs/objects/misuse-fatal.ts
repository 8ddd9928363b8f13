import { FATAL, MAX_REQUEST_BYTES, MAX_SMALL_SIZE, PAGE_SIZE } from '../../spec/index.js';
import { recordOfNothing } from '../misuse-fatal.js';
import type { FatalMisuse } from '../misuses.js';
import { allocOf, allocStackOf } from '../moves.js';
import type { Command, Expectation, Place } from '../program.js';
import { mallocOf } from './mutator-moves.js';
import { pagesOf } from './object-ledger.js';
import type { ObjectRun } from './object-run.js';

/** Kinds of misuse that end in a fatal error, except where one says that it may be refused or even go unnoticed. */
export const FATAL_OBJECT_MISUSES: readonly FatalMisuse<ObjectRun>[] = [
  { name: 'record of a stack', commands: 2, draw: recordOfStack },
  { name: 'record of a free page', commands: 4, draw: recordOfFreePage },
  { name: 'record above the arena', commands: 1, draw: recordAbove },
  { name: 'record below the arena', commands: 1, draw: recordBelow },
  { name: 'record past the limit', commands: 2, draw: recordPastLimit },
  { name: 'second profile', commands: 3, draw: secondProfile },
  { name: 'free of a live object', commands: 2, draw: freeLive },
  { name: 'free of an unswept span', commands: 6, draw: freeUnswept },
  { name: 'free of what may begin a span', commands: 2, draw: freeSmall },
  { name: 'out of memory for a large object', commands: 1, draw: tooLarge },
  { name: 'out of memory for a small object', commands: 26, draw: nothingLeft },
  { name: 'span without objects in a cycle', commands: 4, draw: spanWithoutObjects },
  { name: 'stale entry among the spans to sweep', commands: 5, draw: staleEntry },
];

/** Most pages of an arena that is used up. */
const MOST_USED_UP = 4096;

const OUT_OF_MEMORY: Expectation = { kind: 'FatalError', message: FATAL.outOfMemory };
const INVALID_FREE: Expectation = { kind: 'FatalError', message: FATAL.freeInvalid };
const MAY_FAIL: readonly Expectation[] = [{ kind: 'result' }, OUT_OF_MEMORY];

/** Any command about a special record, where there is no object. */
function anyRecord({ chance, objects }: ObjectRun, at: Place): Command {
  return recordOfNothing(chance, chance.pick(objects.caches), at);
}

/** Ends the cycle under way, in which no span may become free. */
function endCycle({ objects }: ObjectRun): readonly Command[] {
  if (!objects.marking) return [];
  objects.end(0);
  return [{ op: 'gcEnd', heapDistance: 0 }];
}

/** The allocation of an object that may turn out to be too much. */
function object(run: ObjectRun, size: number): Command & { readonly op: 'malloc' } {
  const { chance, objects } = run;
  return { ...mallocOf(run, chance.pick(objects.caches), size, 0, chance.happens(1 / 2)), expect: MAY_FAIL };
}

/** A size, in bytes, of a large object of few pages; the last page is not full. */
function largeSize({ chance }: ObjectRun): number {
  return PAGE_SIZE * chance.between(4, 9) + chance.between(1, PAGE_SIZE - 1);
}

function recordOfStack(run: ObjectRun): readonly Command[] {
  const npages = run.chance.between(1, 4);
  const stack = allocStackOf(run, npages);
  return [stack, anyRecord(run, { handle: stack.handle, offset: run.chance.below(npages * PAGE_SIZE) })];
}

function recordOfFreePage(run: ObjectRun): readonly Command[] {
  const [stack, record] = recordOfStack(run);
  const { handle } = stack as Command & { readonly op: 'allocStack' };
  return [...endCycle(run), stack, { op: 'freeStack', span: { handle, offset: 0 } }, record];
}

function recordAbove(run: ObjectRun): readonly Command[] {
  return [
    anyRecord(run, {
      offset: run.config.arenaPages * PAGE_SIZE + run.chance.pick([0, 1, PAGE_SIZE, 2 ** 40]),
    }),
  ];
}

function recordBelow(run: ObjectRun): readonly Command[] {
  return [anyRecord(run, { offset: -run.chance.pick([1, 8, PAGE_SIZE, 2 ** 40]) })];
}

function recordPastLimit(run: ObjectRun): readonly Command[] {
  const { chance } = run;
  const size = largeSize(run);
  const made = object(run, size);
  const last = pagesOf(size) * PAGE_SIZE - 1;
  const offset = chance.pick([size, chance.between(size, last), last]);
  return [made, anyRecord(run, { handle: made.handle, offset })];
}

function secondProfile(run: ObjectRun): readonly Command[] {
  const { chance, objects } = run;
  // In a tiny block there may be a record of another part.
  const size = chance.happens(1 / 2) ? largeSize(run) : chance.magnitude(16, 8192);
  const made = object(run, size);
  // Records keep 16 bits of an offset, and tell no others apart.
  const at: Place = { handle: made.handle, offset: chance.below(Math.min(size, 2 ** 16)) };
  const p = chance.pick(objects.caches);
  return [
    made,
    { op: 'setProfile', p, at, id: chance.below(16), expect: [{ kind: 'result' }] },
    {
      op: 'setProfile',
      p,
      at,
      id: chance.below(16),
      expect: [{ kind: 'FatalError', message: FATAL.profileAlreadySet }],
    },
  ];
}

function freeOf(run: ObjectRun, handle: number, expect: readonly Expectation[]): Command {
  return { op: 'free', span: { handle, offset: 0 }, dirty: run.chance.happens(1 / 2), expect };
}

function freeLive(run: ObjectRun): readonly Command[] {
  const made = object(run, largeSize(run));
  return [made, freeOf(run, made.handle, [INVALID_FREE])];
}

/** The span of a live object still waits to be swept. */
function freeUnswept(run: ObjectRun): readonly Command[] {
  const end = endCycle(run);
  const made = object(run, largeSize(run));
  return [
    ...end,
    made,
    { op: 'gcStart' },
    { op: 'mark', at: { handle: made.handle, offset: 0 } },
    { op: 'gcEnd', heapDistance: Number.MAX_SAFE_INTEGER },
    freeOf(run, made.handle, [INVALID_FREE]),
  ];
}

/** A small object is the first of its span, or it is not. */
function freeSmall(run: ObjectRun): readonly Command[] {
  const { chance } = run;
  const made = object(run, chance.happens(1 / 2) ? chance.magnitude(16, MAX_SMALL_SIZE) : 8192);
  return [made, freeOf(run, made.handle, [INVALID_FREE, { kind: 'RangeError' }])];
}

function tooLarge(run: ObjectRun): readonly Command[] {
  const { chance, config } = run;
  const arena = config.arenaPages * PAGE_SIZE;
  const size = chance.pick([arena + 1, MAX_REQUEST_BYTES, chance.magnitude(arena + 1, MAX_REQUEST_BYTES)]);
  return [{ ...object(run, Math.max(size, MAX_SMALL_SIZE + 1)), expect: [OUT_OF_MEMORY] }];
}

/** Takes stacks, which may fail, until hardly a page can be left, and then small objects. */
function nothingLeft(run: ObjectRun): readonly Command[] {
  const { config } = run;
  // A host may own real memory.
  if (config.arenaPages > MOST_USED_UP) return tooLarge(run);
  const stacks: Command[] = [];
  for (
    let npages = 2 ** Math.floor(Math.log2(config.arenaPages));
    npages >= 1 && stacks.length < 20;
    npages /= 2
  ) {
    stacks.push(allocStackOf(run, npages));
    if (npages <= 4) stacks.push(allocStackOf(run, npages));
  }
  return [
    ...stacks,
    object(run, MAX_SMALL_SIZE),
    object(run, 27264),
    object(run, 18432),
    object(run, MAX_SMALL_SIZE),
  ];
}

/** A span that was allocated as such must not live through a cycle. */
function spanWithoutObjects(run: ObjectRun): readonly Command[] {
  const end = endCycle(run);
  const span = allocOf(run, run.chance.between(1, 4), 0, true, false);
  return [
    ...end,
    { ...span, expect: [{ kind: 'result' }] },
    { op: 'gcStart' },
    {
      op: 'gcEnd',
      heapDistance: 0,
      expect: [{ kind: 'FatalError', message: FATAL.sweepWithoutObjects }, { kind: 'result' }],
    },
  ];
}

/** Neither may it be freed before: where its record lies unused, the sweeper takes offence. */
function staleEntry(run: ObjectRun): readonly Command[] {
  const { chance } = run;
  const end = endCycle(run);
  const span = allocOf(run, chance.between(1, 4), 0, true, false);
  const expect: readonly Expectation[] = [
    { kind: 'FatalError', message: FATAL.sweepNotInUse },
    { kind: 'result' },
  ];
  return [
    ...end,
    span,
    { op: 'free', span: { handle: span.handle, offset: 0 }, dirty: false },
    { op: 'gcStart' },
    { op: 'gcEnd', heapDistance: 0, expect },
  ];
}
