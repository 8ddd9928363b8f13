import pc from 'picocolors';
import type { SpanState, State } from '../spec/index.js';
import { drawPageMap } from './page-map.js';

const plain = pc.createColors(false);
const colourful = pc.createColors(true);

const PAGE = 8192;

type Piece = ['inuse' | 'stack', number] | ['free', number, number];

/** A state of adjacent spans: kind, pages, and for free ones released pages. */
function stateOf(...pieces: readonly Piece[]): State {
  let base = 0;
  const spans = pieces.map(([state, npages, npreleased]): SpanState => {
    const span = { base: base * PAGE, npages, needzero: 0 };
    base += npages;
    if (state === 'free') return { ...span, state, npreleased, unusedsince: 1 };
    if (state === 'stack') return { ...span, state };
    return { ...span, state, sizeclass: 0, elemsize: npages * PAGE, allocCount: 0, sweepgen: 0 };
  });
  return {
    spans,
    free: {},
    freelarge: [],
    busy: {},
    busylarge: [],
    central: {},
    mcache: [],
    sweepStacks: { swept: [], unswept: [] },
    gcBitsArenas: { free: 0, next: [], current: [], previous: [] },
    nsmallfree: {},
    clock: 1,
    marking: false,
    sweepPagesPerByte: 0,
  };
}

test('an arena that is not mapped has no map', () => {
  expect(drawPageMap(stateOf(), 80, plain)).toEqual(['(no memory is mapped yet)']);
});

test('a letter for each page, a capital where a span begins', () => {
  const state = stateOf(
    ['inuse', 3],
    ['stack', 1],
    ['stack', 2],
    ['free', 2, 0],
    ['inuse', 1],
    ['free', 3, 1],
    ['inuse', 1],
    ['free', 3, 3],
  );
  const lines = drawPageMap(state, 80, plain);
  expect(lines[0]).toBe('    0x0  IiiSSsF.IP~~IR--');
  expect(lines).toContain('Ii in use: 3 spans, 5 pages');
  expect(lines).toContain('P~ free, partly released: 1 span, 3 pages');
  expect(lines).toContain('R- free, released: 1 span, 3 pages');
  expect(lines.at(-1)).toBe('A letter is a page of 8 KiB, a capital one begins a span.');
});

test('rows are as wide as the terminal allows, and labelled with their offset', () => {
  const lines = drawPageMap(stateOf(['inuse', 40]), 25, plain);
  expect(lines.slice(0, 3)).toEqual([
    '    0x0  Iiiiiiiiiiiiiiii',
    '0x20000  iiiiiiiiiiiiiiii',
    '0x40000  iiiiiiii',
  ]);
});

test('a cell for many pages shows what most of them are', () => {
  const pages = 64 * 32;
  const lines = drawPageMap(
    stateOf(['free', pages - 3, 0], ['stack', 1], ['inuse', 4], ['free', pages - 2, pages - 2]),
    80,
    plain,
  );
  const map = lines
    .slice(0, 32)
    .map((line) => line.split('  ').at(-1))
    .join('');
  expect(lines.at(-1)).toMatch(/^A letter is 2 pages and shows what most of them are/);
  expect(map).toHaveLength(pages);
  // From page 2040 on: five free pages, one of stacks, four in use, and a released span.
  expect(map.slice(1020, 1028)).toBe('..SIiR--');
});

test('each kind has its colour, given once for a run of cells', () => {
  const [row] = drawPageMap(stateOf(['inuse', 2], ['inuse', 1], ['stack', 1]), 80, colourful);
  expect(row).toBe(`${colourful.dim('   0x0')}  ${colourful.green('IiI')}${colourful.cyan('S')}`);
});
