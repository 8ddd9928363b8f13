import {
  runLockstep,
  sameData,
  ShapeCounter,
  type Difference,
  type Divergence,
  type DivergenceKind,
} from '../lockstep/index.js';
import type { Command, Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { MAX_SMALL_SIZE, TINY_SIZE, type Operation } from '../spec/index.js';
import type { TraceMismatch } from '../traces/index.js';
import { CLAUSES, type Clause } from './clauses/index.js';
import { parseExample } from './example.js';
import { aspectOf, type Aspect } from './observe.js';

/** What is known of something that went wrong. */
export interface Signs {
  /** What the heap was told, by a program or by a trace. */
  readonly command: Command | Operation;
  /** What differs, under paths of `observedAt`; it is not asked what there was instead. */
  readonly differences: readonly Pick<Difference, 'path' | 'expected'>[];
  /** The name of the invariant that is broken. */
  readonly invariant?: string;
  /** The shapes that the operation goes through on the reference. */
  readonly shapes: ReadonlySet<string>;
}

/** What an example shows of one of its commands. */
interface Mark {
  readonly command: Command;
  readonly path: string;
  readonly value: unknown;
}

/** Programs whose failing operation comes later are not run again to see its shapes. */
const MOST_OPERATIONS = 20_000;

/** How many clauses are named at most. */
const MOST_CLAUSES = 3;

/** How much less likely than the likeliest one a clause may be to be named too. */
const LEEWAY = 0.5;

/** Kinds of what goes wrong that no clause speaks of. */
const UNKNOWN: ReadonlySet<DivergenceKind> = new Set(['crash', 'malformed', 'hang', 'audit']);

/** What memory that is not as it should be comes from. */
const OF_MEMORY = ['clears', 'result.zeroed', 'result.base', 'result.addr'].map((path) => ({
  path,
  expected: undefined,
}));

/**
 * The clauses that a divergence of lockstep names, the likeliest first: those whose examples show of such an operation
 * what differs, that name the invariant which is broken, and that are about situations which the operation goes through.
 * None where no clause speaks of its kind, as of crashes and hangs.
 */
export function clausesOf(program: Program, divergence: Divergence): readonly Clause[] {
  const { command, kind, differences, invariant } = divergence;
  if (command === null || UNKNOWN.has(kind)) return [];
  return clausesOfSigns({
    command,
    differences: kind === 'memory' ? OF_MEMORY : differences.map(asObserved),
    shapes: shapesOf(program, divergence),
    ...(invariant && { invariant: invariant.name }),
  });
}

/**
 * The clauses that a mismatch with a trace names, the likeliest first: those whose examples show of such an operation what
 * differs. The situation that the heap was in is not known, so that they are less sure than those of {@link clausesOf}.
 */
export function clausesOfMismatch(mismatch: TraceMismatch): readonly Clause[] {
  const { performed, nested, differences } = mismatch;
  const command = nested?.performed ?? performed;
  if (command === undefined) return [];
  const within = nested === undefined ? '' : `${nested.path}.`;
  return clausesOfSigns({
    command,
    differences: differences.map((difference) => asObservedInTrace(difference, within)),
    shapes: new Set(),
  });
}

/** The clauses that such signs name, the likeliest first; see {@link clausesOf}. */
export function clausesOfSigns(signs: Signs): readonly Clause[] {
  const scored = CLAUSES.map((clause) => ({ clause, score: scoreOf(clause, signs) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return scored
    .filter(({ score }) => score >= scored[0].score - LEEWAY)
    .slice(0, MOST_CLAUSES)
    .map(({ clause }) => clause);
}

function scoreOf(clause: Clause, signs: Signs): number {
  const marks = marksOf(clause).filter(({ command }) => command.op === signs.command.op);
  if (signs.invariant !== undefined) {
    if (!clause.invariants.includes(signs.invariant)) return 0;
    return 4 + (marks.length > 0 ? 4 : 0) + shapeScore(clause, signs);
  }
  const alike = Math.max(0, ...marks.map((mark) => likeness(mark, signs)));
  return alike === 0 ? 0 : alike + shapeScore(clause, signs);
}

/** To be about a situation that the operation goes through counts for much; to be about others only, against. */
function shapeScore({ shapes }: Clause, signs: Signs): number {
  if (shapes.length === 0 || signs.shapes.size === 0) return 0;
  return shapes.some((shape) => signs.shapes.has(shape)) ? 3 : -4;
}

/** How much of what differs an example shows: the same place, and the same value there, in the same manner of operation. */
function likeness({ command, path, value }: Mark, { command: failed, differences }: Signs): number {
  const manner = mannerOf(command) === mannerOf(failed) ? 1.5 : 0;
  const place = differences.findIndex((difference) => isAlike(difference.path, path));
  if (place < 0) return Math.max(0, ...differences.map((one) => distantLikeness(one.path, path)));
  const { expected } = differences[place];
  const same = sameData(expected, value);
  if (aspectOf(path) === 'error') return same ? 8 + manner : 0;
  return 6 + valueScore(value, expected) + manner + 1 / (1 + place);
}

/** Lists are often alike by chance, and a flag that should be the other way is of the opposite rule. */
function valueScore(value: unknown, expected: unknown): number {
  if (sameData(value, expected)) return typeof value === 'object' ? LEEWAY : 1;
  return isFlag(value) && isFlag(expected) ? -2 : 0;
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

function distantLikeness(one: string, other: string): number {
  return aspectOf(one) === aspectOf(other) ? DISTANT[aspectOf(one)] : 0;
}

/** Whether two paths lead to one place, or one of them into the other, whatever the numbers in them. */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => path.replaceAll(/\[@?-?\d+\]/g, '[]'));
  return a === b || isWithin(a, b) || isWithin(b, a);
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(outer) && (inner[outer.length] === '.' || inner[outer.length] === '[');
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

/** A difference of lockstep under the path that `observedAt` has for it. */
function asObserved({ path, expected }: Difference): Pick<Difference, 'path' | 'expected'> {
  if (path === 'outcome') return { path: 'error', expected: errorOf(String(expected)) };
  return {
    path: path.replace(/^claims\[\d+\]\.span$/, 'claims').replace(/^claims\[\d+\]\.statistics\./, ''),
    expected,
  };
}

/** A difference from a trace under the path that `observedAt` has for it, in the operation at the place `within`. */
function asObservedInTrace(
  { path, expected }: Difference,
  within: string,
): Pick<Difference, 'path' | 'expected'> {
  const own = path.startsWith(within) ? path.slice(within.length) : path;
  if (own === 'throw') {
    return {
      path: 'error',
      expected: typeof expected === 'string' ? `FatalError: ${expected}` : undefined,
    };
  }
  return {
    path: own
      .replace(/^ret(?=$|[.[])/, 'result')
      .replace(/^(?:claims\[\d+\]\.)?stats\./, '')
      .replace(/^claims\[\d+\]\.span$/, 'claims')
      .replace(/^state\./, ''),
    expected,
  };
}

/** An outcome as a divergence tells it, as `error` of `observedAt` has it. */
function errorOf(outcome: string): string | undefined {
  if (outcome.startsWith('result')) return undefined;
  return outcome.startsWith('FatalError: ') ? outcome : outcome.split(':', 1)[0];
}

/** The shapes that the operation of a divergence goes through on the reference, with the command that it is inside of. */
function shapesOf({ commands, ...setting }: Program, divergence: Divergence): ReadonlySet<string> {
  const { commandIndex, operation, lastIndex = commandIndex } = divergence;
  if (operation > MOST_OPERATIONS) return new Set();
  const shapes = new ShapeCounter();
  let before = shapes.counts;
  runLockstep(
    { ...setting, commands: commands.slice(0, lastIndex + 1) },
    {
      heaps: [referenceHeap],
      shapes,
      states: 'end',
      locate: false,
      invariants: [],
      onOperation: (_operation, index) => {
        if (index <= commandIndex) before = shapes.counts;
      },
    },
  );
  const reached = [...shapes.counts].filter(([name, count]) => count > (before.get(name) ?? 0));
  return new Set(reached.map(([name]) => name));
}
