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
import { MAX_SMALL_SIZE, TINY_SIZE, type HeapFactory, type Operation } from '../spec/index.js';
import type { TraceMismatch, TraceRecord } from '../traces/index.js';
import { CLAUSES, type Clause } from './clauses/index.js';
import type { Profile } from './contract.js';
import { parseExample } from './example.js';
import { aspectOf, type Aspect } from './observe.js';
import { programOf } from './programs-of-traces.js';

/** What is known of something that went wrong. */
export interface Signs {
  /** What the heap was told, by a program or by a trace. */
  readonly command: Command | Operation;
  /** Whether any command before that one may have been the one that went wrong. */
  readonly isLate?: boolean;
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

/** How much less likely a clause is whose example shows the same of another operation: in the same situation, or in any. */
const OTHER_OPERATION = 1;
const OTHER_SITUATION = 4;

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
 * differs. A state that differs may be the work of any operation before it, and the situation that the heap was in is not
 * known, so that they are less sure than those of {@link clausesOfReplay}.
 */
export function clausesOfMismatch({
  performed,
  nested,
  kind,
  differences,
}: TraceMismatch): readonly Clause[] {
  const command = nested?.performed ?? performed;
  if (command === undefined) return [];
  const within = nested === undefined ? '' : `${nested.path}.`;
  return clausesOfSigns({
    command,
    isLate: kind === 'state',
    differences: differences.map((difference) => asObservedInTrace(difference, within)),
    shapes: new Set(),
  });
}

/**
 * The clauses that a mismatch with a trace names, the likeliest first. It runs the trace up to there once more, as a
 * program on the reference and the heap side by side, to see which operation differs first, and in which situation.
 * Where that tells nothing, it says what {@link clausesOfMismatch} does.
 *
 * @param records - The whole trace, from its header.
 */
export async function clausesOfReplay(
  mismatch: TraceMismatch,
  records: AsyncIterable<TraceRecord>,
  factory: HeapFactory,
): Promise<readonly Clause[]> {
  const { line, operation, kind } = mismatch;
  if (kind === 'hang' || operation > MOST_OPERATIONS) return clausesOfMismatch(mismatch);
  const program = await programOf(until(line, records));
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, factory], invariants: [] });
  const clauses = divergence === undefined ? [] : clausesOf(program, divergence);
  return clauses.length > 0 ? clauses : clausesOfMismatch(mismatch);
}

async function* until(line: number, records: AsyncIterable<TraceRecord>): AsyncGenerator<TraceRecord> {
  for await (const record of records) {
    if (record.line > line) return;
    yield record;
  }
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
  const marks = marksOf(clause);
  const situation = shapeScore(clause, signs);
  if (signs.invariant !== undefined) {
    if (!clause.invariants.includes(signs.invariant)) return 0;
    return 4 + (marks.some(({ command }) => command.op === signs.command.op) ? 4 : 0) + situation;
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
  return situation === 0 && SHOWN_LATER.includes(aspectOf(path)) ? OTHER_SITUATION : Infinity;
}

function incidence({ profile }: Clause, { path }: Mark): number {
  return PROPER[profile].includes(aspectOf(path)) ? 0 : INCIDENTAL;
}

/** To be about a situation that the operation goes through counts for much; to be about others only, against. */
function shapeScore({ shapes }: Clause, signs: Signs): number {
  if (shapes.length === 0 || signs.shapes.size === 0) return 0;
  return shapes.some((shape) => signs.shapes.has(shape)) ? 3 : -4;
}

/** How much of what differs an example shows: the same place, and the same value there, in the same manner of operation. */
function likeness({ command, path, value }: Mark, { command: failed, differences }: Signs): number {
  const manner = isOfManner(command, failed) ? 1.5 : 0;
  const place = differences.findIndex((difference) => isAlike(difference.path, path));
  if (place < 0) return Math.max(0, ...differences.map((one) => distantLikeness(one, path)));
  const difference = differences[place];
  const { expected } = difference;
  if (aspectOf(path) === 'error') return sameData(expected, value) ? 8 + manner : 0;
  const score = isContrary(path, value, difference) ? -2 : valueScore(value, expected);
  return 6 + score + manner + 1 / (1 + place);
}

/** Whether an example shows something where nothing should be, or nothing where there should be something. */
function isContrary(
  path: string,
  value: unknown,
  difference: Pick<Difference, 'path' | 'expected'>,
): boolean {
  const [shown, differing] = [path, difference.path].map(placeOf);
  if (isWithin(shown, differing)) return isNothing(difference.expected) && !isNothing(value);
  if (isWithin(differing, shown)) return isNothing(value) && !isNothing(difference.expected);
  return isNothing(value) !== isNothing(difference.expected);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
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

function distantLikeness({ path, expected }: Pick<Difference, 'path' | 'expected'>, other: string): number {
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
  return path.replaceAll(/\[@?-?\d+\]/g, '[]');
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

/** A difference of lockstep under the path that `observedAt` has for it. */
function asObserved({ path, expected }: Difference): Pick<Difference, 'path' | 'expected'> {
  if (path === 'outcome') return outcomeObserved(String(expected));
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

/** An outcome as a divergence tells it, under the path that `observedAt` has for it. */
function outcomeObserved(outcome: string): Pick<Difference, 'path' | 'expected'> {
  if (outcome.startsWith('result')) return { path: 'result', expected: resultIn(outcome) };
  const error = outcome.startsWith('FatalError: ') ? outcome : outcome.split(':', 1)[0];
  return { path: 'error', expected: error };
}

function resultIn(outcome: string): unknown {
  // Where a program expects one of several ends, words follow.
  const [, text] = /^result (null|true|false|-?\d+|[[{"][^]*)$/.exec(outcome) ?? [];
  return text === undefined ? undefined : JSON.parse(text);
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
