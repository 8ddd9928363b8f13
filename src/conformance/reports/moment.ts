import {
  diffStates,
  diffStatistics,
  diffValues,
  type Difference,
  type Outcome,
} from '../../lockstep/index.js';
import {
  PAGE_SIZE,
  STATISTIC_NAMES,
  type OperationResult,
  type SpanState,
  type State,
  type Statistics,
} from '../../spec/index.js';
import type { Answer, Profile } from '../contract.js';
import { printableLine } from '../printable.js';
import type { DerivedSpan } from './derived-spans.js';
import { describeData } from './escape.js';

/** What is known of a heap after a command. */
export interface Moment {
  /** How the command ended, in words. */
  readonly outcome: string;
  readonly result?: OperationResult;
  readonly state?: State;
  /** Where there is no state: the spans that follow from results. */
  readonly derived?: readonly DerivedSpan[];
  /** Absent where they are not known. */
  readonly statistics?: Statistics;
  /** Absent where they are not known. */
  readonly effects?: ToldEffects;
}

type ToldEffects = Pick<Outcome, 'sys' | 'clears' | 'finalizers' | 'profiles'>;

/** A line that both sides have: its name, what is expected, what there is, and whether that is wrong. */
export type Line = readonly [name: string, expected: string | null, actual: string | null, differs: boolean];

/** A span on the page map: its first page, its pages, its kind, what else is known of it, and whether it is wrong. */
export type MapSpan = readonly [page: number, npages: number, kind: MapKind, about: string, differs: boolean];

/** What a page is. */
export type MapKind = 'inuse' | 'stack' | 'free' | 'partly' | 'released';

/** A difference in words. */
export type ToldDifference = readonly [path: string, expected: string, actual: string];

/** One side of a moment, for the page map. */
export interface MapSide {
  readonly outcome: string;
  /** Null where nothing is known. */
  readonly map: readonly MapSpan[] | null;
  /** Whether the map only has what follows from results. */
  readonly derived: boolean;
}

/** A moment on both sides, ready to be shown. Of a line, a side that is not known is null. */
export interface ComparedMoment {
  readonly expected: MapSide;
  /** Null where the implementation did not come that far. */
  readonly actual: MapSide | null;
  readonly spans: readonly Line[];
  readonly lists: readonly Line[];
  readonly statistics: readonly Line[];
  readonly others: readonly Line[];
  readonly effects: readonly Line[];
  readonly differences: readonly ToldDifference[];
}

/** Longer texts are cut. */
const MOST_CHARACTERS = 600;

/** Of more spans only so many are shown. */
const MOST_SPANS = 2000;

/** Parts of a state that are lists of bases. */
const LISTS: ReadonlySet<string> = new Set([
  'free',
  'freelarge',
  'busy',
  'busylarge',
  'central',
  'sweepStacks',
]);

/** Puts what is known of both heaps side by side, and marks what the profile does not allow to differ. */
export function compareMoments(
  expected: Moment,
  actual: Moment | undefined,
  profile: Profile,
): ComparedMoment {
  const differences = actual === undefined ? [] : differencesOf(expected, actual, profile);
  const paths = differences.map(({ path }) => path);
  const isWrong = (path: string): boolean => paths.some((wrong) => concerns(wrong, path));
  const [lists, others] = stateLines(expected.state, actual?.state, isWrong);
  return {
    expected: mapSide(expected, isWrong),
    actual: actual === undefined ? null : mapSide(actual, isWrong),
    spans: spanLines(expected, actual, isWrong),
    lists,
    statistics: statisticLines(expected, actual, isWrong),
    others,
    effects: effectLines(expected.effects, actual?.effects),
    differences: differences.map(describeDifference),
  };
}

/** A difference in words, cut where it is long; spans are named by their base as everywhere on the page. */
export function describeDifference({ path, expected, actual }: Difference): ToldDifference {
  const named = printableLine(path).replace(/^spans\[@(\d+)\]/, (_, base) => `spans[@${hex(Number(base))}]`);
  return [cut(named), describeValue(expected), describeValue(actual)];
}

/** How an operation of the reference ended, in words. */
export function describeOutcomeEnd(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'skipped';
  const { error, result } = outcome;
  return error === undefined ? describeResult(result) : `${error.kind}: ${error.message}`;
}

/** How an answer says that an operation ended, in words. */
export function describeAnswerEnd({ skipped, throw: fatal, refused, ret }: Answer): string {
  if (skipped === true) return 'skipped';
  if (fatal !== undefined) return cut(`FatalError: ${printableLine(fatal)}`);
  if (refused !== undefined) return cut(refused);
  return describeResult(ret);
}

/** The effects that an answer of an implementation that tells of effects has: those that it leaves out are none. */
export function effectsOfAnswer({
  sys = [],
  clears = [],
  finalizers = [],
  profiles = [],
}: Answer): ToldEffects {
  return { sys, clears, finalizers, profiles };
}

/** Statistics after an answer that tells of those that have changed, at claims and at its end. */
export function readStatistics(before: Statistics, answer: Answer): Statistics {
  const after = { ...before };
  const read = (told: Answer['stats']): void => {
    for (const name of STATISTIC_NAMES) {
      const value: unknown = told !== undefined && Object.hasOwn(told, name) ? told[name] : undefined;
      if (typeof value === 'number') after[name] = value;
    }
  };
  const readAnswer = ({ claims = [], stats }: Answer): void => {
    for (const claim of claims) {
      read(claim.stats);
      claim.steps?.forEach(readAnswer);
    }
    read(stats);
  };
  readAnswer(answer);
  return after;
}

function differencesOf(expected: Moment, actual: Moment, profile: Profile): Difference[] {
  if (profile === 'safety' || profile === 'accounting') return [];
  return [
    ...(expected.outcome === actual.outcome ? [] : diffOutcomes(expected, actual)),
    ...(expected.statistics !== undefined && actual.statistics !== undefined
      ? diffStatistics(expected.statistics, actual.statistics)
      : []),
    ...(profile === 'structure' && expected.state !== undefined && actual.state !== undefined
      ? diffStates(expected.state, actual.state)
      : []),
  ];
}

/** Of a refusal only its class counts. */
function diffOutcomes(expected: Moment, actual: Moment): Difference[] {
  if (/^(?:RangeError|TypeError)/.exec(expected.outcome)?.[0] === actual.outcome) return [];
  return expected.result !== undefined && actual.result !== undefined
    ? diffValues('result', expected.result, actual.result)
    : [{ path: 'outcome', expected: expected.outcome, actual: actual.outcome }];
}

/** Whether a difference at one path is one of what stands at another. */
function concerns(wrong: string, path: string): boolean {
  return (
    wrong === path ||
    wrong.startsWith(`${path}.`) ||
    wrong.startsWith(`${path}[`) ||
    path.startsWith(`${wrong}.`) ||
    path.startsWith(`${wrong}[`)
  );
}

function mapSide({ outcome, state, derived }: Moment, isWrong: (path: string) => boolean): MapSide {
  const spans = state?.spans ?? derived;
  return {
    outcome: cut(printableLine(outcome)),
    map: spans?.slice(0, MOST_SPANS).map((span) => mapSpan(span, isWrong)) ?? null,
    derived: state === undefined,
  };
}

function mapSpan(span: SpanState | DerivedSpan, isWrong: (path: string) => boolean): MapSpan {
  return [
    span.base / PAGE_SIZE,
    span.npages,
    kindOf(span),
    describeSpan(span),
    isWrong(`spans[@${span.base}]`),
  ];
}

function kindOf(span: SpanState | DerivedSpan): MapKind {
  if (span.state !== 'free') return span.state;
  if (span.npreleased === 0) return 'free';
  return span.npreleased < span.npages ? 'partly' : 'released';
}

/** The fields of a span that are not shown apart. */
function describeSpan(span: SpanState | DerivedSpan): string {
  const { base: _, npages, state, ...rest } = span;
  const fields = Object.entries(rest).map(([name, value]: [string, unknown]) => {
    const text = typeof value === 'number' ? String(value) : describeData(value);
    return `${/^\w+$/.test(name) ? name : printableLine(name)} ${text}`;
  });
  return cut([`${state} ${npages}`, ...fields].join(', '));
}

function spanLines(
  { state }: Moment,
  actual: Moment | undefined,
  isWrong: (path: string) => boolean,
): Line[] {
  const wanted = new Map((state?.spans ?? []).map((span) => [span.base, describeSpan(span)]));
  const known = actual?.state?.spans ?? actual?.derived;
  const found = new Map((known ?? []).map((span) => [span.base, describeSpan(span)]));
  const bases = [...new Set([...wanted.keys(), ...found.keys()])].sort((a, b) => a - b);
  return bases
    .slice(0, MOST_SPANS)
    .map((base) => [
      hex(base),
      wanted.get(base) ?? '',
      known === undefined ? null : (found.get(base) ?? ''),
      isWrong(`spans[@${base}]`),
    ]);
}

/** All of a state but its spans, as lines under their paths: the lists, and the rest. */
function stateLines(
  expected: State | undefined,
  actual: State | undefined,
  isWrong: (path: string) => boolean,
): readonly [lists: Line[], others: Line[]] {
  const wanted = new Map(leavesOf('', { ...expected, spans: undefined }));
  const found = new Map(leavesOf('', { ...actual, spans: undefined }));
  const lists: Line[] = [];
  const others: Line[] = [];
  for (const path of new Set([...wanted.keys(), ...found.keys()])) {
    const isList = LISTS.has(path.split(/[.[]/, 1)[0]);
    const say = (value: unknown): string =>
      value === undefined ? '' : isList ? describeBases(value) : describeValue(value);
    const line: Line = [
      cut(printableLine(path)),
      say(wanted.get(path)),
      actual === undefined ? null : say(found.get(path)),
      isWrong(path),
    ];
    if (line[3] || isTelling(line[1]) || isTelling(line[2])) (isList ? lists : others).push(line);
  }
  return [lists, others];
}

/** Whether a value is worth a line. */
function isTelling(text: string | null): boolean {
  return text !== null && !['', '0', 'false', '[]', '{}'].includes(text);
}

/** The values of plain data under their paths, as `diffValues` writes them; lists of plain values are values. */
function leavesOf(path: string, value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  const isTree =
    typeof value === 'object' &&
    value !== null &&
    (!Array.isArray(value) ||
      value.some((item) => item === null || (typeof item === 'object' && !Array.isArray(item))));
  if (!isTree) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) =>
    leavesOf(/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, child),
  );
}

function statisticLines(
  expected: Moment,
  actual: Moment | undefined,
  isWrong: (path: string) => boolean,
): Line[] {
  return STATISTIC_NAMES.map((name): Line => {
    const told = actual?.statistics?.[name];
    return [
      name,
      String(expected.statistics?.[name]),
      told === undefined ? null : String(told),
      isWrong(name),
    ];
  }).filter(([, wanted, found, wrong]) => wrong || isTelling(wanted) || isTelling(found));
}

function effectLines(expected: ToldEffects | undefined, actual: ToldEffects | undefined): Line[] {
  return (['sys', 'clears', 'finalizers', 'profiles'] as const)
    .map((name): Line => {
      const told = actual?.[name];
      return [
        name,
        describeEffects(expected?.[name]),
        told === undefined ? null : describeEffects(told),
        false,
      ];
    })
    .filter(([, wanted, found]) => isTelling(wanted) || isTelling(found));
}

function describeEffects(effects: readonly (readonly unknown[])[] | undefined): string {
  return cut((effects ?? []).map((effect) => effect.map(describeAddress).join(' ')).join(', '));
}

/** Fields of results that are addresses. */
const ADDRESSES: ReadonlySet<string> = new Set(['base', 'addr', 'lookupMaybe', 'spanOf', 'scanned']);

function describeResult(result: OperationResult): string {
  if (result === undefined) return 'no result';
  if (typeof result !== 'object' || result === null) return describeValue(result);
  const fields = Object.entries(result).map(([name, value]: [string, unknown]) => {
    const isAddress = ADDRESSES.has(name) && typeof value === 'number';
    return `${name} ${isAddress ? hex(value) : describeData(value)}`;
  });
  return cut(printableLine(fields.join(', ')));
}

function describeBases(value: unknown): string {
  return Array.isArray(value) ? cut(value.map(describeAddress).join(' ')) : describeValue(value);
}

function describeAddress(value: unknown): string {
  return Number.isSafeInteger(value)
    ? hex(Number(value))
    : printableLine(typeof value === 'string' ? value : describeData(value));
}

function describeValue(value: unknown): string {
  return cut(describeData(value));
}

function hex(address: number): string {
  return address < 0 ? `-0x${(-address).toString(16)}` : `0x${address.toString(16)}`;
}

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
