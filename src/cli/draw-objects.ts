import {
  CLASS_TO_SIZE,
  type CacheState,
  type InUseSpanState,
  type SpanState,
  type State,
} from '../spec/index.js';
import { formatBytes, formatCount, formatMany, formatOffset } from './format.js';
import { layOutTable } from './table.js';
import type { Colours } from './terminal.js';

/** Lines of a part that are drawn before the others are only counted. */
const MOST_LINES = 24;

/** A span that holds objects. */
type ObjectSpan = InUseSpanState & Required<Pick<InUseSpanState, 'nelems' | 'freeindex' | 'incache'>>;

/**
 * Draws what a heap has of objects: its spans, central lists and caches, and the cycle; nothing where there are none.
 *
 * @param columns - Width, in characters.
 * @returns The lines, with an empty one at the end of each part.
 */
export function drawObjects(state: State, columns: number, colours: Colours): string[] {
  const spans = state.spans.filter(holdsObjects);
  const central = drawCentral(state, columns);
  const caches = drawCaches(state, columns);
  return [
    ...part('Objects', drawSpans(spans, colours), colours),
    ...part('Central lists, as nonempty | empty', central, colours),
    ...part('Caches', caches, colours),
    ...(spans.length === 0 && !state.marking ? [] : part('Cycle', drawCycle(state, spans), colours)),
  ];
}

function holdsObjects(span: SpanState): span is ObjectSpan {
  return span.state === 'inuse' && span.nelems !== undefined;
}

function part(title: string, lines: readonly string[], colours: Colours): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MOST_LINES);
  const hidden = lines.length - shown.length;
  const more = hidden === 0 ? [] : [colours.dim(`... and ${formatMany(hidden, 'more line')}`)];
  return [colours.bold(title), ...shown, ...more, ''];
}

function drawSpans(spans: readonly ObjectSpan[], colours: Colours): string[] {
  if (spans.length === 0) return [];
  const head = ['span', 'class', 'bytes', 'live', 'room', 'fill', 'freeindex', ''].map(colours.dim);
  const rows = spans.map((span) => [
    formatOffset(span.base),
    span.sizeclass === 0 ? 'large' : String(span.sizeclass),
    formatCount(span.elemsize),
    formatCount(span.allocCount),
    formatCount(span.nelems),
    fillOf(span.allocCount / span.nelems),
    formatCount(span.freeindex),
    notesOn(span),
  ]);
  const right = 'right' as const;
  return layOutTable([head, ...rows], ['left', right, right, right, right, 'left', right]);
}

const FILL_CELLS = 8;

/** A bar: full only where all objects are live, empty only where none is. */
function fillOf(share: number): string {
  const cells = Math.min(Math.max(Math.round(share * FILL_CELLS), share > 0 ? 1 : 0), share < 1 ? 7 : 8);
  return `[${'#'.repeat(cells)}${'.'.repeat(FILL_CELLS - cells)}]`;
}

function notesOn({ incache, sweepgen, specials = [] }: ObjectSpan): string {
  const notes: string[] = [];
  if (incache) notes.push('in a cache');
  if (sweepgen === -2) notes.push('to be swept');
  if (sweepgen === -1) notes.push('being swept');
  if (specials.length > 0) notes.push(formatMany(specials.length, 'special'));
  return notes.join(', ');
}

function drawCentral({ central }: State, columns: number): string[] {
  const rows = Object.entries(central).map(([sizeclass, { nonempty, empty }]) => {
    const size = CLASS_TO_SIZE[Number(sizeclass)];
    return [`class ${sizeclass}, ${formatBytes(size)}`, `${drawBases(nonempty)} | ${drawBases(empty)}`];
  });
  return layOutTable(rows).map((line) => cut(line, columns));
}

function drawBases(bases: readonly number[]): string {
  return bases.length === 0 ? '-' : bases.map(formatOffset).join(' ');
}

function drawCaches({ mcache }: State, columns: number): string[] {
  return mcache.flatMap((cache, number) => {
    const parts = cache === null ? ['removed'] : partsOf(cache);
    return parts.map((text, i) => cut(`${(i === 0 ? String(number) : '').padEnd(4)}${text}`, columns));
  });
}

/** What a cache holds, a line each; nothing of one that is untouched. */
function partsOf({ alloc, counters, nsmallfree, tiny, tinyoffset }: CacheState): string[] {
  const spans = Object.entries(alloc).map(([sizeclass, base]) => `${sizeclass}: ${formatOffset(base)}`);
  const counts = Object.entries(counters).map(([name, count]) => `${name} ${formatCount(count)}`);
  const frees = Object.entries(nsmallfree).map(([sizeclass, count]) => `${sizeclass}: ${formatCount(count)}`);
  return [
    ...(spans.length > 0 ? [`spans by class  ${spans.join(', ')}`] : []),
    ...(tiny === undefined
      ? []
      : [`tiny block      ${formatOffset(tiny)}, ${formatMany(tinyoffset ?? 0, 'byte')} of 16 taken`]),
    ...(counts.length > 0 ? [`counters        ${counts.join(', ')}`] : []),
    ...(frees.length > 0 ? [`small frees     ${frees.join(', ')}`] : []),
  ];
}

function drawCycle(state: State, spans: readonly ObjectSpan[]): string[] {
  const { next, current, previous, free } = state.gcBitsArenas;
  const unswept = spans.filter((span) => span.sweepgen !== 0).length;
  const phase = state.marking
    ? `marking, ${formatBytes(state.bytesMarked ?? 0)} marked`
    : unswept > 0
      ? `sweeping, ${formatMany(unswept, 'span')} to go, ${state.sweepPagesPerByte} pages for each byte`
      : 'all swept';
  const arenas = [
    `next ${next.length}`,
    `current ${current.length}`,
    `previous ${previous.length}`,
    `free ${free}`,
  ];
  return [phase, `arenas of mark bits: ${arenas.join(', ')}`];
}

/** A line that would wrap ends in an ellipsis. */
function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 4)} ...`;
}
