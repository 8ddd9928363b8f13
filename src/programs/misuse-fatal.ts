import { CLASS_TO_PAGES, CLASS_TO_SIZE, FATAL, PAGE_SIZE } from '../spec/index.js';
import type { Chance } from './chance.js';
import type { SpanNote } from './ledger.js';
import type { FatalMisuse } from './misuses.js';
import { allocOf, allocStackOf, free, limitOf } from './moves.js';
import type { Command, Expectation, Place } from './program.js';
import type { Run } from './run.js';

/** Kinds of misuse that end in a fatal error, except where one says that it may be refused or even go unnoticed. */
export const FATAL_MISUSES: readonly FatalMisuse<Run>[] = [
  { name: 'double free', commands: 3, draw: (run) => freeAgain(run, false, 'free') },
  { name: 'double free of a stack', commands: 3, draw: (run) => freeAgain(run, true, 'freeStack') },
  { name: 'freed span freed as stack', commands: 3, draw: (run) => freeAgain(run, false, 'freeStack') },
  { name: 'freed stack freed as heap span', commands: 3, draw: (run) => freeAgain(run, true, 'free') },
  { name: 'free of a span freed before', commands: 3, draw: staleFree },
  { name: 'record of a stack', commands: 2, draw: recordOfStack },
  { name: 'record of a freed span', commands: 3, draw: recordOfFreed },
  {
    name: 'record above the arena',
    commands: 1,
    draw: (run) => [anyRecord(run, { offset: aboveArena(run) })],
  },
  {
    name: 'record below the arena',
    commands: 1,
    draw: (run) => [anyRecord(run, { offset: belowArena(run) })],
  },
  { name: 'record past the limit', commands: 2, draw: recordPastLimit },
  { name: 'second profile', commands: 3, draw: secondProfile },
];

const FREED_BEFORE: Expectation = { kind: 'FatalError', message: FATAL.freeInvalidState };
const NOT_ADDED: readonly Expectation[] = [{ kind: 'FatalError', message: FATAL.addSpecial }];
const NOT_REMOVED: readonly Expectation[] = [{ kind: 'FatalError', message: FATAL.removeSpecial }];
const PROFILED_BEFORE: Expectation = { kind: 'FatalError', message: FATAL.profileAlreadySet };

/** The same on any cache. */
function anyRecord({ chance, config }: Run, at: Place): Command {
  return recordOfNothing(chance, chance.below(config.procs), at);
}

/** Frees a span twice; where it has merged with its left neighbour, no span begins at its base any more. */
function freeAgain(run: Run, stack: boolean, op: 'free' | 'freeStack'): readonly Command[] {
  const [first, note] = anySpan(run, stack);
  const span = { handle: note.handle, offset: 0 };
  const expect = [FREED_BEFORE, { kind: 'RangeError' }] as const;
  const { chance } = run;
  const dirty = chance.happens(1 / 2);
  const again: Command = op === 'free' ? { op, span, dirty, expect } : { op, span, expect };
  return [...first, free(run, run.ledger.live.indexOf(note)), again];
}

/** Frees a span that was freed some time ago: another one may begin there by now, which nobody can tell apart. */
function staleFree(run: Run): readonly Command[] {
  const { chance, ledger } = run;
  if (ledger.freedCount === 0) return freeAgain(run, false, 'free');
  const { handle, stack } = ledger.freed(chance.below(ledger.freedCount));
  const span = { handle, offset: 0 };
  const expect = [{ kind: 'result' }, { kind: 'RangeError' }, FREED_BEFORE] as const;
  return [stack ? { op: 'freeStack', span, expect } : { op: 'free', span, dirty: false, expect }];
}

function recordOfStack(run: Run): readonly Command[] {
  const [first, { handle, npages }] = anySpan(run, true);
  return [...first, anyRecord(run, { handle, offset: run.chance.below(npages * PAGE_SIZE) })];
}

function recordOfFreed(run: Run): readonly Command[] {
  const [first, note] = anySpan(run, run.chance.happens(1 / 4));
  const offset = run.chance.happens(1 / 2) ? 0 : run.chance.below(note.npages * PAGE_SIZE);
  return [
    ...first,
    free(run, run.ledger.live.indexOf(note)),
    anyRecord(run, { handle: note.handle, offset }),
  ];
}

function aboveArena({ chance, config }: Run): number {
  return config.arenaPages * PAGE_SIZE + chance.pick([0, 1, PAGE_SIZE, 2 ** 40]);
}

function belowArena({ chance }: Run): number {
  return -chance.pick([1, 8, PAGE_SIZE, 2 ** 40]);
}

/** Size classes whose objects do not fill their spans. */
const CLASSES_WITH_SLACK = CLASS_TO_SIZE.flatMap((size, sizeclass) =>
  sizeclass > 0 && (CLASS_TO_PAGES[sizeclass] * PAGE_SIZE) % size > 0 ? [sizeclass] : [],
);

function recordPastLimit(run: Run): readonly Command[] {
  const { chance, ledger } = run;
  const sizeclass = chance.pick(CLASSES_WITH_SLACK);
  const npages = CLASS_TO_PAGES[sizeclass];
  const alloc = allocOf(run, npages, sizeclass, false, false);
  const limit = limitOf(npages, CLASS_TO_SIZE[sizeclass]);
  const last = npages * PAGE_SIZE - 1;
  const offset = chance.pick([limit, chance.between(limit, last), last]);
  return [alloc, anyRecord(run, { handle: ledger.allocations, offset })];
}

/** Sets a profile record where there is one; below 64 KiB, since records keep no more than 16 bits of an offset. */
function secondProfile(run: Run): readonly Command[] {
  const { chance } = run;
  const npages = chance.between(1, 8);
  const alloc = allocOf(run, npages, 0, true, false);
  const offset = chance.below(npages * PAGE_SIZE);
  const at = { handle: run.ledger.allocations, offset };
  const p = chance.below(run.config.procs);
  return [
    alloc,
    // An earlier span may have left a record there: then this one is the second.
    { op: 'setProfile', p, at, id: chance.below(16), expect: [{ kind: 'result' }, PROFILED_BEFORE] },
    { op: 'setProfile', p, at, id: chance.below(16), expect: [PROFILED_BEFORE] },
  ];
}

/** Any command about a special record on a cache, where there is no object; it ends in a fatal error. */
export function recordOfNothing(chance: Chance, p: number, at: Place): Command {
  switch (chance.below(3)) {
    case 0:
      return { op: 'addFinalizer', p, at, id: chance.below(16), expect: NOT_ADDED };
    case 1:
      return { op: 'removeFinalizer', p, at, expect: NOT_REMOVED };
    default:
      return { op: 'setProfile', p, at, id: chance.below(16), expect: NOT_ADDED };
  }
}

/** A live span of the kind, with the command that allocates it where there was none. */
function anySpan(run: Run, stack: boolean): readonly [commands: readonly Command[], note: SpanNote] {
  const { chance, ledger } = run;
  const live = ledger.live.filter((note) => note.stack === stack && note.fits);
  if (live.length > 0) return [[], chance.pick(live)];
  const npages = Math.min(chance.between(1, 8), run.config.arenaPages);
  const alloc = stack ? allocStackOf(run, npages) : allocOf(run, npages, 0, true, false);
  return [[alloc], ledger.live[ledger.live.length - 1]];
}
