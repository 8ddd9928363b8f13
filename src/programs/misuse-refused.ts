import { MAX_REQUEST_PAGES, NUM_SIZE_CLASSES, PAGE_SIZE } from '../spec/index.js';
import type { Chance } from './chance.js';
import type { SpanNote } from './ledger.js';
import type { RefusedMisuse } from './misuses.js';
import type { Argument, Command, Expectation, Place } from './program.js';
import type { Run } from './run.js';

const OUT_OF_RANGE: readonly Expectation[] = [{ kind: 'RangeError' }];
const WRONG_TYPE: readonly Expectation[] = [{ kind: 'TypeError' }];

/** Numbers that are no count of anything. */
export const NO_COUNTS = [-1, -PAGE_SIZE, 0.5, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 1e300];
const NO_PAGE_COUNTS = [0, ...NO_COUNTS, MAX_REQUEST_PAGES + 1, Number.MAX_SAFE_INTEGER];
const NO_SIZE_CLASSES = [...NO_COUNTS, NUM_SIZE_CLASSES, 255];
/** The last one is more than a clock has left that is at 1 at least. */
const NO_TICKS = [...NO_COUNTS, Number.MAX_SAFE_INTEGER];
const NO_ADDRESSES = [0.5, -0.5, NaN, Infinity, -Infinity, 2 ** 53, -(2 ** 53), 1e300];
/** Texts in place of numbers. */
export const WORDS = [
  '',
  '1',
  '-1',
  '0x10',
  'NaN',
  'many',
  's1',
  'two words',
  'a "quoted" one',
  'two\nlines',
  '# none',
];

/** Kinds of misuse that end in a RangeError or a TypeError, each in exactly the one that it expects. */
export const REFUSED_MISUSES: readonly RefusedMisuse<Run>[] = [
  {
    name: 'page count out of range',
    draw: (run) => allocation(run, run.chance.pick(NO_PAGE_COUNTS), OUT_OF_RANGE),
  },
  {
    name: 'page count that is no number',
    draw: (run) => allocation(run, run.chance.pick(WORDS), WRONG_TYPE),
  },
  { name: 'unknown size class', draw: (run) => ofClass(run, run.chance.pick(NO_SIZE_CLASSES), OUT_OF_RANGE) },
  { name: 'size class that is no number', draw: (run) => ofClass(run, run.chance.pick(WORDS), WRONG_TYPE) },
  { name: 'tick out of range', draw: ({ chance }) => tick(chance.pick(NO_TICKS), OUT_OF_RANGE) },
  { name: 'tick that is no number', draw: ({ chance }) => tick(chance.pick(WORDS), WRONG_TYPE) },
  { name: 'limit out of range', draw: ({ chance }) => scavenge(chance.pick(NO_COUNTS), OUT_OF_RANGE) },
  { name: 'limit that is no number', draw: ({ chance }) => scavenge(chance.pick(WORDS), WRONG_TYPE) },
  { name: 'free inside of a span', draw: freeInside },
  { name: 'free where no span can begin', draw: freeNowhere },
  {
    name: 'free of what is no number',
    draw: ({ chance }) => anyFree(chance, { offset: chance.pick(WORDS) }, WRONG_TYPE),
  },
  { name: 'heap span freed as stack', draw: (run) => freedAs('freeStack', run) },
  { name: 'stack freed as heap span', draw: (run) => freedAs('free', run) },
  {
    name: 'address out of range',
    draw: (run) => lookup(run, { offset: run.chance.pick(NO_ADDRESSES) }, OUT_OF_RANGE),
  },
  {
    name: 'address that is no number',
    draw: (run) => lookup(run, { offset: run.chance.pick(WORDS) }, WRONG_TYPE),
  },
  { name: 'unknown cache', draw: unknownCache },
  { name: 'cache that is no number', draw: (run) => record(run, { p: run.chance.pick(WORDS) }, WRONG_TYPE) },
  { name: 'id out of range', draw: (run) => numbered(run, { id: run.chance.pick(NO_COUNTS) }, OUT_OF_RANGE) },
  { name: 'id that is no number', draw: (run) => numbered(run, { id: run.chance.pick(WORDS) }, WRONG_TYPE) },
];

function allocation({ chance, ledger }: Run, npages: Argument, expect: readonly Expectation[]): Command {
  const handle = ledger.nextHandle();
  if (chance.happens(1 / 2)) return { op: 'allocStack', handle, npages, expect };
  return { op: 'alloc', handle, npages, sizeclass: 0, large: true, needzero: chance.happens(1 / 2), expect };
}

function ofClass({ ledger }: Run, sizeclass: Argument, expect: readonly Expectation[]): Command {
  return {
    op: 'alloc',
    handle: ledger.nextHandle(),
    npages: 1,
    sizeclass,
    large: false,
    needzero: false,
    expect,
  };
}

function tick(ns: Argument, expect: readonly Expectation[]): Command {
  return { op: 'tick', ns, expect };
}

function scavenge(limit: Argument, expect: readonly Expectation[]): Command {
  return { op: 'scavenge', limit, expect };
}

function anyFree(chance: Chance, span: Place, expect: readonly Expectation[]): Command {
  if (chance.happens(1 / 2)) return { op: 'freeStack', span, expect };
  return { op: 'free', span, dirty: chance.happens(1 / 2), expect };
}

function freeInside({ chance, ledger }: Run): Command | null {
  if (ledger.live.length === 0) return null;
  const { handle, npages } = chance.pick(ledger.live);
  const last = npages * PAGE_SIZE - 1;
  const page = npages === 1 ? 1 : PAGE_SIZE * chance.between(1, npages - 1);
  return anyFree(chance, { handle, offset: chance.pick([1, page, last]) }, OUT_OF_RANGE);
}

function freeNowhere({ chance, config }: Run): Command {
  const end = config.arenaPages * PAGE_SIZE;
  const offset = chance.pick([...NO_ADDRESSES, -PAGE_SIZE, -1, 1, PAGE_SIZE + 1, end, end + PAGE_SIZE]);
  return anyFree(chance, { offset }, OUT_OF_RANGE);
}

function freedAs(op: 'free' | 'freeStack', { chance, ledger }: Run): Command | null {
  const unfit = ledger.live.filter(({ stack }) => stack === (op === 'free'));
  if (unfit.length === 0) return null;
  const span = { handle: chance.pick(unfit).handle, offset: 0 };
  if (op === 'freeStack') return { op, span, expect: OUT_OF_RANGE };
  return { op, span, dirty: chance.happens(1 / 2), expect: OUT_OF_RANGE };
}

function lookup(run: Run, at: Place, expect: readonly Expectation[]): Command {
  return run.chance.happens(1 / 2) ? { op: 'query', at, expect } : record(run, { at }, expect);
}

/** Arguments of a command about a special record that are to be wrong. */
interface Wrong {
  readonly p?: Argument;
  readonly at?: Place;
  readonly id?: Argument;
}

function unknownCache(run: Run): Command {
  return record(
    run,
    { p: run.chance.pick([run.config.procs, run.config.procs + 1, ...NO_COUNTS]) },
    OUT_OF_RANGE,
  );
}

/** A command about a special record; what is not wrong in it is right, or is not looked at any more. */
function record(run: Run, wrong: Wrong, expect: readonly Expectation[]): Command {
  if (run.chance.happens(2 / 3)) return numbered(run, wrong, expect);
  return { op: 'removeFinalizer', p: 0, at: placeOfObject(run), ...wrong, expect };
}

function numbered(run: Run, wrong: Wrong, expect: readonly Expectation[]): Command {
  const op = run.chance.pick(['addFinalizer', 'setProfile'] as const);
  return { op, p: 0, at: placeOfObject(run), id: 0, ...wrong, expect };
}

function placeOfObject({ chance, ledger }: Run): Place {
  const withObjects: readonly SpanNote[] = ledger.live.filter(({ limit }) => limit > 0);
  return withObjects.length > 0 ? { handle: chance.pick(withObjects).handle, offset: 0 } : { offset: 0 };
}
