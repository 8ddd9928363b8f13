import { sameData } from '../lockstep/index.js';
import type { Command } from '../programs/index.js';
import { MAX_SMALL_SIZE, PAGE_SIZE, TINY_SIZE, type Operation } from '../spec/index.js';
import type { Clause } from './clauses/index.js';
import type { Profile } from './contract.js';
import { parseExample } from './example.js';
import { aspectOf, type Aspect } from './observe.js';
import type { SeenDifference, Signs } from './signs.js';
import { examplesOf } from './situations.js';

/** What an example shows of one of its commands. */
interface Mark {
  readonly command: Command;
  readonly path: string;
  readonly value: unknown;
}

/** How much less likely than the likeliest one a clause may be to be named too. */
export const LEEWAY = 0.5;

/** How much less likely a clause is whose example shows the same of another operation: in the same situation, or in any. */
const OTHER_OPERATION = 1;
const OTHER_SITUATION = 4;

/** Which other operations one is made of, or may have to do on its way. */
const STEPS: Partial<Readonly<Record<Operation['op'], readonly Operation['op'][]>>> = {
  alloc: ['sweepone', 'free'],
  allocStack: ['alloc'],
  freeStack: ['free'],
  malloc: ['alloc', 'sweepone', 'free'],
  freeOSMemory: ['scavenge'],
  addFinalizer: ['sweepone', 'free'],
  removeFinalizer: ['sweepone', 'free'],
  setProfile: ['sweepone', 'free'],
  removeProc: ['flush'],
  gcStart: ['sweepone', 'free'],
  gcEnd: ['flush', 'sweepone', 'free'],
  sweepone: ['free'],
};

/** How much less likely a clause is whose example shows the same of such a step. */
const STEP = 1.5;

/** How many examples go at most through a shape that tells more than others. */
const RARE = 4;

/** How much likelier a clause about operations inside of others is where there were some and a counter is wrong. */
const INSIDE = 2;

/** What may be seen to be wrong after an operation that has nothing to do with it. */
const SHOWN_LATER: readonly Aspect[] = ['statistics', 'state'];

/** What clauses of a profile are about; of all else their examples tell by the way. */
const PROPER: Readonly<Record<Profile, readonly Aspect[]>> = {
  safety: ['error', 'result', 'effects'],
  accounting: ['statistics'],
  placement: ['error', 'result', 'effects'],
  structure: ['state'],
};

/** How much less likely a clause is of which that differs which its example tells by the way. */
const INCIDENTAL = 1.5;

export function scoreOf(clause: Clause, signs: Signs): number {
  const marks = marksOf(clause);
  const situation = shapeScore(clause, signs) + addressScore(clause, signs);
  if (signs.invariant !== undefined) {
    if (!clause.invariants.includes(signs.invariant)) return 0;
    const isOfOperation = marks.some(({ command }) => command.op === signs.command.op);
    // Invariants are looked at after every operation, whatever it goes through.
    return 4 + (isOfOperation ? 4 : 0) + Math.max(0, situation);
  }
  const alike = Math.max(
    0,
    ...marks.map(
      (mark) => likeness(mark, signs) - strangeness(mark, signs, situation) - incidence(clause, mark),
    ),
  );
  return alike === 0 ? 0 : alike + situation;
}

/**
 * How much less an example of another operation tells. An allocation of an object may well grow the arena, or sweep a span:
 * little where the operation goes through the same situation, and all where it is known not to.
 */
function strangeness({ command, path }: Mark, signs: Signs, situation: number): number {
  if (command.op === signs.command.op) return 0;
  if (situation > 0 || signs.isLate === true) return OTHER_OPERATION;
  if (situation < 0 || !SHOWN_LATER.includes(aspectOf(path))) return Infinity;
  return STEPS[signs.command.op]?.includes(command.op) ? STEP : OTHER_SITUATION;
}

function incidence({ profile }: Clause, { path }: Mark): number {
  return PROPER[profile].includes(aspectOf(path)) ? 0 : INCIDENTAL;
}

/** To be about a situation that the operation goes through counts for much, the rarer the more; to be about others only, against. */
function shapeScore({ shapes }: Clause, signs: Signs): number {
  if (shapes.length === 0 || signs.shapes.size === 0) return 0;
  const reached = shapes.filter((shape) => signs.shapes.has(shape));
  if (reached.length === 0) return -4;
  return Math.max(...reached.map(rarity)) + (reached.some(isInside) && isCounted(signs) ? INSIDE : 0);
}

/**
 * What it is worth, where an address is not the right one, to be about a situation that decides of addresses and not one
 * that surrounds it: the nearer it is to where the address comes from, the more.
 */
const DECIDES_OF_PAGE = [
  { shapes: /^(?:allocation|growth)\//, worth: 5 },
  { shapes: /^(?:sweeping|reclaim|inside)\//, worth: 3 },
  { shapes: /^(?:caches\/|windows\/|malloc\/swept-span$)/, worth: 2 },
];
const DECIDES_OF_SLOT = [
  { shapes: /^(?:windows\/|malloc\/swept-span$)/, worth: 3 },
  { shapes: /^caches\//, worth: 2 },
];

function addressScore({ shapes }: Clause, { differences, shapes: reached }: Signs): number {
  const address = differences.find(({ path }) => /^result\.(?:addr|base)$/.test(path));
  if (address === undefined) return 0;
  const deciding = isOnOtherPage(address) ? DECIDES_OF_PAGE : DECIDES_OF_SLOT;
  const own = shapes.filter((shape) => reached.has(shape));
  return Math.max(
    0,
    ...deciding.filter((one) => own.some((shape) => one.shapes.test(shape))).map(({ worth }) => worth),
  );
}

function isOnOtherPage({ expected, actual }: SeenDifference): boolean {
  return Math.floor(Number(expected) / PAGE_SIZE) !== Math.floor(Number(actual) / PAGE_SIZE);
}

function isInside(shape: string): boolean {
  return shape.startsWith('inside/');
}

function isCounted({ differences }: Signs): boolean {
  return differences.every(({ path }) => aspectOf(path) === 'statistics');
}

function rarity(shape: string): number {
  return examplesOf(shape) <= RARE ? 3.4 : 3;
}

/** How much of what differs an example shows: the same place, and the same value there, in the same manner of operation. */
function likeness({ command, path, value }: Mark, { command: failed, differences }: Signs): number {
  const manner = isOfManner(command, failed) ? 1.5 : 0;
  const place = differences.findIndex((difference) => isAlike(difference.path, path));
  if (place < 0) return Math.max(0, ...differences.map((one) => distantLikeness(one, path)));
  const difference = differences[place];
  const { expected } = difference;
  if (aspectOf(path) === 'error') return sameData(expected, value) ? 8 + manner : 0;
  const score = isContrary(path, value, difference) ? -2 : valueScore(value, difference);
  return 6 + score + manner + 1 / (1 + place);
}

/** Whether an example shows something where nothing should be, or nothing where there should be something. */
function isContrary(path: string, value: unknown, difference: SeenDifference): boolean {
  const [shown, differing] = [path, difference.path].map(placeOf);
  if (isWithin(shown, differing)) return isNothing(difference.expected) && !isNothing(value);
  if (isWithin(differing, shown)) return isNothing(value) && !isNothing(difference.expected);
  return isNothing(value) !== isNothing(difference.expected);
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || sameData(value, {});
}

/** Lists are often alike by chance, and a flag that should be the other way is of the opposite rule. */
function valueScore(value: unknown, { path, expected }: SeenDifference): number {
  if (path === 'clears' && isOfPages(value) !== isOfPages(expected)) return -2;
  if (sameData(value, expected)) return typeof value === 'object' ? LEEWAY : 1;
  return isFlag(value) && isFlag(expected) ? -2 : 0;
}

/** Whether a list of what was cleared has a span in it; objects are cleared in parts of pages. */
function isOfPages(clears: unknown): boolean {
  return Array.isArray(clears) && clears.some((one) => Array.isArray(one) && Number(one[1]) >= PAGE_SIZE);
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean' || value === 0 || value === 1;
}

/** What it is worth that another part of the same aspect differs. */
const DISTANT: Readonly<Record<Aspect, number>> = {
  error: 0,
  result: 2,
  effects: 1,
  statistics: 0,
  state: 1,
};

function distantLikeness({ path, expected }: SeenDifference, other: string): number {
  // Where an operation without a result does not end well, all that an example shows of it is missing.
  if (path === 'result' && expected === undefined) return DISTANT.state;
  return aspectOf(path) === aspectOf(other) ? DISTANT[aspectOf(path)] : 0;
}

/** Whether two paths lead to one place, or one of them into the other, whatever the numbers in them. */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [one, other].map(placeOf);
  return a === b || isWithin(a, b) || isWithin(b, a);
}

function placeOf(path: string): string {
  // Where the pages of an object lie, it lies too.
  return path.replaceAll(/\[@?-?\d+\]/g, '[]').replace(/^result\.base$/, 'result.addr');
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(outer) && (inner[outer.length] === '.' || inner[outer.length] === '[');
}

function isOfManner(command: Command, failed: Command | Operation): boolean {
  return command.op === failed.op && mannerOf(command) === mannerOf(failed);
}

/** Which of the ways of its operation a command takes. */
function mannerOf(command: Command | Operation): string {
  switch (command.op) {
    case 'alloc':
      if (command.large) return 'large';
      return command.sizeclass === 0 ? 'plain' : 'class';
    case 'malloc':
      if (Number(command.size) < TINY_SIZE && command.scan === 0) return 'tiny';
      return Number(command.size) <= MAX_SMALL_SIZE ? 'small' : 'large';
    case 'free':
      return ('dirty' in command ? command.dirty : command.needzero) ? 'dirty' : 'clean';
    case 'gcEnd':
      return command.heapDistance === 0 ? 'at once' : 'in proportion';
    default:
      return '';
  }
}

const MARKS = new Map<Clause, readonly Mark[]>();

function marksOf(clause: Clause): readonly Mark[] {
  const known = MARKS.get(clause);
  if (known !== undefined) return known;
  const { program, shows } = parseExample(clause.example);
  const marks = shows.map(({ index, path, value }) => ({ command: program.commands[index], path, value }));
  MARKS.set(clause, marks);
  return marks;
}
