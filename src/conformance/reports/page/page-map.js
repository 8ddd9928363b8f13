import { element, shape } from './dom.js';

/** @typedef {import('../time-line.js').TimeLine} TimeLine */
/** @typedef {import('../time-line.js').TimeLineStep} TimeLineStep */
/** @typedef {{ readonly rows: number, readonly pagesPerCell: number }} Scale */
/** @typedef {import('../moment.js').MapKind} MapKind */
/** @typedef {import('../moment.js').MapSide} MapSide */
/** @typedef {import('../moment.js').MapSpan} MapSpan */

/** Cells of a row of the page map, and the most rows that it has. */
const COLUMNS = 32;
const MOST_ROWS = 20;

/** Size of a cell, and the space between rows, in the units of the picture. */
const CELL = { width: 10, height: 11, gap: 3 };

/** @type {readonly (readonly [MapKind, string])[]} */
const KINDS = [
  ['inuse', 'in use'],
  ['stack', 'stack'],
  ['free', 'free'],
  ['partly', 'free, partly released'],
  ['released', 'free, released'],
];

/** @param {number} page */
const addressOf = (page) => `0x${(page * 8192).toString(16)}`;

/** @param {MapSide | null} side */
const pagesOf = (side) => {
  const last = side?.map?.at(-1);
  return last === undefined ? 0 : last[0] + last[1];
};

/**
 * How many pages a cell of a time line's maps stands for: one for all, so that nothing moves but the heap.
 *
 * @param {TimeLine} timeLine
 * @returns {Scale}
 */
export function scaleOf({ steps }) {
  const pages = steps.reduce(
    (most, { expected, actual }) => Math.max(most, pagesOf(expected), pagesOf(actual)),
    1,
  );
  let pagesPerCell = 1;
  while (pages > COLUMNS * MOST_ROWS * pagesPerCell) pagesPerCell *= 2;
  return { rows: Math.ceil(pages / (COLUMNS * pagesPerCell)), pagesPerCell };
}

/**
 * One of the two sides of a step.
 *
 * @param {string} title
 * @param {string} of
 * @param {MapSide | null} side
 * @param {Scale} scale
 */
export function drawSide(title, of, side, scale) {
  const head = element('p', { class: 'side-title' }, [element('strong', {}, [title]), ` ${of}`]);
  if (side === null) {
    return element('div', { class: 'side' }, [head, element('p', { class: 'nothing' }, ['No answer.'])]);
  }
  const outcome = element('p', { class: 'outcome' }, [side.outcome === '' ? '\u00a0' : side.outcome]);
  if (side.map === null) {
    return element('div', { class: 'side' }, [
      head,
      outcome,
      element('p', { class: 'nothing' }, ['No state was told.']),
    ]);
  }
  const note = side.derived
    ? [element('p', { class: 'note' }, ['No state was told: these are the spans that its results tell of.'])]
    : [];
  return element('div', { class: 'side' }, [head, outcome, drawMap(side.map, side.derived, scale), ...note]);
}

/**
 * @param {readonly MapSpan[]} spans
 * @param {boolean} derived
 * @param {Scale} scale
 */
function drawMap(spans, derived, { rows, pagesPerCell }) {
  const width = COLUMNS * CELL.width;
  const height = rows * (CELL.height + CELL.gap) - CELL.gap;
  const picture = shape('svg', {
    class: derived ? 'map derived' : 'map',
    viewBox: `-1.5 -1.5 ${width + 3} ${height + 3}`,
    role: 'img',
    'aria-label': mapInWords(spans),
  });
  for (let row = 0; row < rows; row++) {
    picture.append(
      shape('rect', {
        class: 'row',
        x: 0,
        y: row * (CELL.height + CELL.gap),
        width,
        height: CELL.height,
        rx: 2,
      }),
    );
  }
  const perRow = COLUMNS * pagesPerCell;
  // What is wrong is drawn last, so that no neighbour covers its edge.
  for (const span of [...spans].sort((a, b) => Number(a[4]) - Number(b[4]))) {
    const [page, npages, kind, about, wrong] = span;
    const group = shape('g', { class: wrong ? `span ${kind} wrong` : `span ${kind}` });
    const title = shape('title', {});
    title.textContent = `${addressOf(page)}: ${about}`;
    group.append(title);
    for (let from = page; from < page + npages;) {
      const row = Math.floor(from / perRow);
      const to = Math.min((row + 1) * perRow, page + npages);
      const size = ((to - from) / pagesPerCell) * CELL.width;
      group.append(
        shape('rect', {
          x: ((from - row * perRow) / pagesPerCell) * CELL.width + 0.75,
          y: row * (CELL.height + CELL.gap),
          width: Math.max(size - 1.5, 0.8),
          height: CELL.height,
          rx: Math.min(2, size / 3),
        }),
      );
      from = to;
    }
    picture.append(group);
  }
  return picture;
}

/** @param {readonly MapSpan[]} spans */
function mapInWords(spans) {
  const parts = KINDS.flatMap(([kind, name]) => {
    const some = spans.filter((span) => span[2] === kind);
    const pages = some.reduce((sum, span) => sum + span[1], 0);
    return some.length === 0 ? [] : [`${name}: ${some.length} spans, ${pages} pages`];
  });
  return `Page map. ${parts.length === 0 ? 'No spans.' : parts.join('; ')}`;
}

/**
 * What the colours and the rows of a step's maps mean.
 *
 * @param {TimeLineStep} step
 * @param {Scale} scale
 */
export function drawLegend(step, { pagesPerCell }) {
  const seen = new Set(
    [step.expected, step.actual].flatMap((side) => (side?.map ?? []).map((span) => span[2])),
  );
  const entries = KINDS.filter(([kind]) => seen.has(kind)).map(([kind, name]) => {
    const swatch = shape('svg', { class: 'swatch', viewBox: '0 0 14 14', 'aria-hidden': 'true' });
    const group = shape('g', { class: `span ${kind}` });
    group.append(shape('rect', { x: 1, y: 1, width: 12, height: 12, rx: 2 }));
    swatch.append(group);
    return element('span', { class: 'legend-entry' }, [swatch, name]);
  });
  return element(
    'p',
    { class: 'legend' },
    entries.length > 0
      ? [...entries, `a block is a span, a row ${COLUMNS * pagesPerCell} pages of 8 KiB`]
      : [],
  );
}
