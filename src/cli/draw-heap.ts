import {
  STATISTIC_NAMES,
  type ByNumber,
  type HeapConfig,
  type State,
  type StatisticName,
  type Statistics,
} from '../spec/index.js';
import { drawObjects } from './draw-objects.js';
import { formatBytes, formatCount, formatMany, formatOffset } from './format.js';
import { drawPageMap, mappedPages } from './page-map.js';
import { layOutTable } from './table.js';
import type { Colours } from './terminal.js';

/** A heap at one moment. */
export interface HeapView {
  readonly config: HeapConfig;
  readonly state: State;
  readonly statistics: Statistics;
}

/** Lines of lists that are drawn before the others are only counted. */
const MOST_LISTS = 24;

/** Entries of a list that are looked at before the others are only counted. */
const MOST_ENTRIES = 100;

/** Characters that a statistic takes at most: its name, its value, and space. */
const STATISTIC_WIDTH = 32;

/** Statistics that are bytes; the others are counts. */
const IN_BYTES: ReadonlySet<StatisticName> = new Set([
  'heap_inuse',
  'heap_idle',
  'heap_released',
  'heap_sys',
  'stacks_inuse',
  'heap_live',
  'heap_scan',
  'spanBytesAlloc',
  'largefree',
  'arenaUsed',
]);

/**
 * Draws a heap for a terminal: its page map, its lists, its statistics.
 *
 * @param columns - Width, in characters.
 */
export function drawHeap(view: HeapView, columns: number, colours: Colours): string[] {
  return [
    colours.bold('Pages'),
    ...drawPageMap(view.state, columns, colours),
    drawUnmapped(view),
    '',
    colours.bold('Lists'),
    ...drawLists(view.state, columns, colours),
    '',
    ...drawObjects(view.state, columns, colours),
    colours.bold('Statistics'),
    ...drawStatistics(view.statistics, columns),
  ];
}

function drawUnmapped({ config, state }: HeapView): string {
  const mapped = mappedPages(state);
  const left = config.arenaPages - mapped;
  const physical = `pages of the operating system: ${formatBytes(config.physPageSize)}`;
  return `${formatMany(mapped, 'page')} mapped, ${formatCount(left)} more may be; ${physical}.`;
}

function drawLists(state: State, columns: number, colours: Colours): string[] {
  const pagesOf = new Map(state.spans.map((span) => [span.base, span.npages]));
  const withPages = (base: number): string => `${formatOffset(base)} (${pagesOf.get(base) ?? '?'})`;
  const rows = [
    ...rowsByLength('free', state.free),
    listRow('free, long', state.freelarge, withPages),
    ...rowsByLength('busy', state.busy),
    listRow('busy, long', state.busylarge, withPages),
    listRow('swept', state.sweepStacks.swept),
    listRow('to be swept', state.sweepStacks.unswept),
  ].filter((row) => row.length > 0);
  if (rows.length === 0) return [colours.dim('(all empty)')];

  const shown = rows.slice(0, MOST_LISTS);
  const nameWidth = Math.max(...shown.map((row) => row.name.length));
  const lines = shown.map((row) => {
    const name = row.name.padEnd(nameWidth);
    return `${name}  ${drawRow(row, columns - nameWidth - 2)}`;
  });
  const hidden = rows.length - shown.length;
  return hidden === 0
    ? lines
    : [...lines, colours.dim(`... and ${formatMany(hidden, 'more list', 'more lists')}`)];
}

/** A list as it is drawn: its name, how many spans stand in it, and the first of them. */
interface ListRow {
  readonly name: string;
  readonly length: number;
  readonly entries: readonly string[];
}

function rowsByLength(name: string, lists: ByNumber<readonly number[]>): ListRow[] {
  return Object.entries(lists).map(([npages, bases]) =>
    listRow(`${name}, ${formatMany(Number(npages), 'page')}`, bases),
  );
}

function listRow(
  name: string,
  bases: readonly number[],
  draw: (base: number) => string = formatOffset,
): ListRow {
  return { name, length: bases.length, entries: bases.slice(0, MOST_ENTRIES).map(draw) };
}

/** As many entries as fit, in list order, and how many there are besides. */
function drawRow(row: ListRow, columns: number): string {
  let line = '';
  for (const [index, entry] of row.entries.entries()) {
    const left = row.length - index - 1;
    const longer = index === 0 ? entry : `${line}, ${entry}`;
    const tail = left === 0 ? '' : ` ... ${formatCount(left)} more`;
    if (longer.length + tail.length > columns && index > 0) {
      return `${line} ... ${formatCount(left + 1)} more`;
    }
    line = longer;
  }
  const left = row.length - row.entries.length;
  return left === 0 ? line : `${line} ... ${formatCount(left)} more`;
}

/** All statistics that are not 0, in as many columns as fit. */
function drawStatistics(statistics: Statistics, columns: number): string[] {
  const cells = STATISTIC_NAMES.filter((name) => statistics[name] !== 0).map((name) => {
    const value = statistics[name];
    return [name, IN_BYTES.has(name) ? formatBytes(value) : formatCount(value)] as const;
  });
  const perRow = Math.max(Math.floor(columns / STATISTIC_WIDTH), 1);
  const rows: string[][] = [];
  for (let first = 0; first < cells.length; first += perRow) {
    rows.push(cells.slice(first, first + perRow).flatMap(([name, value]) => [name, value, '']));
  }
  return layOutTable(
    rows,
    Array.from({ length: 3 * perRow }, (_, i) => (i % 3 === 1 ? 'right' : 'left')),
  );
}
