import { PAGE_SIZE, type SpanState, type State } from '../spec/index.js';
import { formatMany, formatOffset } from './format.js';
import type { Colours } from './terminal.js';

/** What a page is, as the map shows it. */
type PageKind = 'inuse' | 'stack' | 'free' | 'partly' | 'released';

interface PageKindStyle {
  readonly name: string;
  /** Where a span begins. */
  readonly first: string;
  /** Where it goes on. */
  readonly rest: string;
  readonly colour: (colours: Colours) => (text: string) => string;
}

/** Each kind reads without colours too. Where a cell holds as much of two kinds, the first one here is shown. */
const KINDS: Readonly<Record<PageKind, PageKindStyle>> = {
  inuse: { name: 'in use', first: 'I', rest: 'i', colour: (colours) => colours.green },
  stack: { name: 'stack', first: 'S', rest: 's', colour: (colours) => colours.cyan },
  free: { name: 'free', first: 'F', rest: '.', colour: (colours) => colours.dim },
  partly: { name: 'free, partly released', first: 'P', rest: '~', colour: (colours) => colours.yellow },
  released: { name: 'free, released', first: 'R', rest: '-', colour: (colours) => colours.magenta },
};

const KIND_NAMES = Object.keys(KINDS) as readonly PageKind[];

/** Rows of the map, unless one page a cell needs fewer. */
const MOST_ROWS = 32;

/** Cells of a row are a multiple of this. */
const CELL_GROUP = 8;

/**
 * Draws the pages of a heap, row by row. A cell stands for one page, or, where they would be too many, for a power
 * of two of them.
 *
 * @param columns - Width, in characters.
 * @returns The lines, with a legend at their end.
 */
export function drawPageMap(state: State, columns: number, colours: Colours): string[] {
  const mapped = mappedPages(state);
  if (mapped === 0) return ['(no memory is mapped yet)'];
  const labelWidth = formatOffset(mapped * PAGE_SIZE).length;
  const room = columns - labelWidth - 2;
  const rowCells = Math.max(room - (room % CELL_GROUP), CELL_GROUP);
  const pagesPerCell = fewestPagesPerCell(mapped, rowCells * MOST_ROWS);

  const cells = fillCells(state, Math.ceil(mapped / pagesPerCell), pagesPerCell);
  const lines: string[] = [];
  for (let first = 0; first < cells.length; first += rowCells) {
    const label = formatOffset(first * pagesPerCell * PAGE_SIZE).padStart(labelWidth);
    lines.push(`${colours.dim(label)}  ${drawRow(cells.slice(first, first + rowCells), colours)}`);
  }
  return [...lines, '', ...drawLegend(state, pagesPerCell, colours)];
}

/** Pages that a state's spans cover. */
export function mappedPages(state: State): number {
  const last = state.spans.at(-1);
  return last === undefined ? 0 : last.base / PAGE_SIZE + last.npages;
}

function fewestPagesPerCell(pages: number, cells: number): number {
  let pagesPerCell = 1;
  while (pages > cells * pagesPerCell) pagesPerCell *= 2;
  return pagesPerCell;
}

/** A cell: what most of its pages are, and whether a span of that kind begins in it. */
interface Cell {
  kind: PageKind;
  begins: boolean;
}

function fillCells(state: State, cellCount: number, pagesPerCell: number): Cell[] {
  const most = new Array<number>(cellCount).fill(0);
  const cells = Array.from({ length: cellCount }, (): Cell => ({ kind: 'free', begins: false }));
  for (const kind of KIND_NAMES) {
    const { pages, begins } = countPages(state, kind, cellCount, pagesPerCell);
    for (const [index, cell] of cells.entries()) {
      if (pages[index] <= most[index]) continue;
      most[index] = pages[index];
      cell.kind = kind;
      cell.begins = begins[index] === 1;
    }
  }
  return cells;
}

/** Pages of one kind in each cell, and in which cells spans of that kind begin. */
function countPages(
  state: State,
  kind: PageKind,
  cellCount: number,
  pagesPerCell: number,
): { pages: Float64Array; begins: Uint8Array } {
  const pages = new Float64Array(cellCount);
  const begins = new Uint8Array(cellCount);
  for (const span of state.spans) {
    if (kindOf(span) !== kind) continue;
    const start = span.base / PAGE_SIZE;
    const end = start + span.npages;
    begins[Math.floor(start / pagesPerCell)] = 1;
    for (let page = start; page < end;) {
      const cell = Math.floor(page / pagesPerCell);
      const next = Math.min((cell + 1) * pagesPerCell, end);
      pages[cell] += next - page;
      page = next;
    }
  }
  return { pages, begins };
}

function kindOf(span: SpanState): PageKind {
  if (span.state !== 'free') return span.state;
  if (span.npreleased === 0) return 'free';
  return span.npreleased < span.npages ? 'partly' : 'released';
}

/** Neighbours of one kind share one colour sequence. */
function drawRow(cells: readonly Cell[], colours: Colours): string {
  let row = '';
  let run = '';
  cells.forEach((cell, index) => {
    const style = KINDS[cell.kind];
    run += cell.begins ? style.first : style.rest;
    if (cells.at(index + 1)?.kind !== cell.kind || index + 1 === cells.length) {
      row += style.colour(colours)(run);
      run = '';
    }
  });
  return row;
}

function drawLegend(state: State, pagesPerCell: number, colours: Colours): string[] {
  const parts = KIND_NAMES.flatMap((kind) => {
    const spans = state.spans.filter((span) => kindOf(span) === kind);
    if (spans.length === 0) return [];
    const { name, first, rest, colour } = KINDS[kind];
    const pages = spans.reduce((sum, span) => sum + span.npages, 0);
    return [
      `${colour(colours)(first + rest)} ${name}: ${formatMany(spans.length, 'span')}, ${formatMany(pages, 'page')}`,
    ];
  });
  const scale =
    pagesPerCell === 1
      ? 'A letter is a page of 8 KiB, a capital one begins a span.'
      : `A letter is ${pagesPerCell} pages and shows what most of them are; a capital one: such a span begins there.`;
  return [...parts, scale];
}
