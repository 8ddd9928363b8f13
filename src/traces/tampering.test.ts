import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { referenceHeap } from '../reference/index.js';
import { PAGE_SIZE } from '../spec/index.js';
import { goldenTraces, readTrace, replayTrace, TraceError } from './index.js';

// Every kind of value that recordings hold is falsified, and the replay has to notice. A kind is a path through a
// line, with indexes and page counts made equal: `alloc.ret.base`, `state.spans[].npages`, `alloc.stats.heap_sys`.

interface Place {
  readonly trace: string;
  /** Counted from 0. */
  readonly line: number;
  readonly path: readonly (string | number)[];
}

/** What nothing can notice, or nothing at the places tried, because it makes no difference there. */
const UNNOTICED = [
  // Where a recording came from.
  'header.seed: a little more',
  'header.seed: a page more',
  'header.seed: nothing',
  'header.style: another word',
  'header.style: nothing',
  'header.source: another word',
  'header.source: nothing',
  // One page more is not enough for another growth of the heap. (Many more are noticed.)
  'header.config.arenaPages: a little more',
  // The same span's next byte, the same object's, an age a few microseconds longer, and another place without a finalizer.
  'query.args.addr: a little more',
  'mark.args.addr: a little more',
  'scavenge.args.limit: a little more',
  'scavenge.args.limit: a page more',
  'malloc.claims[].steps[].args.limit: a little more',
  'malloc.claims[].steps[].args.limit: a page more',
  'sweepone.claims[].steps[].args.limit: a little more',
  'sweepone.claims[].steps[].args.limit: a page more',
  // Fresh memory is zero anyway.
  'malloc.args.needzero: a little more',
];

/** Places of a kind that are tried before it counts as not felt: an argument may well not matter at one of them. */
const MOST_PLACES = 12;

/** Lines that are taken of a recording: each of them is a trace, however early it ends. */
const MOST_LINES = 3000;

const TEXTS = new Map(
  ['throws-', 'pages-tiny-arena', 'pages-mixed-0', 'pages-mixed-2', 'interleaved-0'].flatMap((start) =>
    goldenTraces()
      .filter(({ name }) => name.startsWith(start))
      .map(({ name, path }): [string, string[]] => [
        name,
        gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n').slice(0, MOST_LINES),
      ]),
  ),
);

function placesByKind(): Map<string, Place[]> {
  const kinds = new Map<string, Place[]>();
  for (const [trace, lines] of TEXTS) {
    for (const [line, text] of lines.entries()) {
      const record = JSON.parse(text) as Record<string, unknown>;
      const name = 'format' in record ? 'header.' : 'op' in record ? `${String(record.op)}.` : '';
      visit(record, [], (path) => {
        const kind = name + kindOf(path);
        const places = kinds.get(kind) ?? [];
        kinds.set(kind, places);
        if (places.length < MOST_PLACES) places.push({ trace, line, path });
      });
    }
  }
  return kinds;
}

function kindOf(path: readonly (string | number)[]): string {
  return path.map((step, i) => (/^\d+$/.test(String(step)) ? '[]' : `${i === 0 ? '' : '.'}${step}`)).join('');
}

/** Calls back for everything inside of a record: values, and whole objects and arrays. */
function visit(
  value: unknown,
  path: readonly (string | number)[],
  found: (path: readonly (string | number)[]) => void,
): void {
  if (path.length > 0) found(path);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) visit(item, [...path, key], found);
}

type Falsify = (value: unknown) => unknown;

const FALSIFICATIONS: readonly [string, Falsify][] = [
  [
    'a little more',
    (value) => (typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : SAME),
  ],
  ['a page more', (value) => (typeof value === 'number' ? value + PAGE_SIZE : SAME)],
  ['null', (value) => (value === null ? 0 : null)],
  ['another word', (value) => (typeof value === 'string' ? `${value}!` : SAME)],
  ['one element less', (value) => (Array.isArray(value) && value.length > 0 ? value.slice(0, -1) : SAME)],
  [
    'one element twice',
    (value) => (Array.isArray(value) && value.length > 0 ? value.concat([value[0]]) : SAME),
  ],
  ['nothing', () => undefined],
];

/** Stands for: this does not apply to such a value. */
const SAME = Symbol('same');

/** The text of a trace with one value falsified; undefined where the falsification does not apply. */
function falsified({ trace, line, path }: Place, falsify: Falsify): string | undefined {
  const lines = [...(TEXTS.get(trace) ?? [])];
  const record = JSON.parse(lines[line]) as Record<string, unknown>;
  let holder: Record<string | number, unknown> = record;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  const last = path[path.length - 1];
  const value = falsify(holder[last]);
  if (value === SAME) return undefined;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of parsed JSON
  else delete holder[last];
  lines[line] = JSON.stringify(record);
  return lines.join('\n');
}

/** Whether reading or replaying the trace shows that something is wrong with it. */
async function isNoticed(text: string): Promise<boolean> {
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  };
  try {
    const { mismatch } = await replayTrace(readTrace(bytes()), referenceHeap);
    return mismatch !== undefined;
  } catch (error) {
    assert(error instanceof TraceError, String(error));
    return true;
  }
}

/** Ways to falsify a kind of value that pass unnoticed at every place tried. */
async function unnoticed(kind: string, places: readonly Place[]): Promise<string[]> {
  const found: string[] = [];
  for (const [what, falsify] of FALSIFICATIONS) {
    let applies = false;
    let noticed = false;
    for (const place of places) {
      const text = falsified(place, falsify);
      if (text === undefined) continue;
      applies = true;
      noticed = await isNoticed(text);
      if (noticed) break;
    }
    if (applies && !noticed) found.push(`${kind}: ${what}`);
  }
  return found;
}

test('the unfalsified traces are flawless', async () => {
  for (const lines of TEXTS.values()) assert(!(await isNoticed(lines.join('\n'))));
});

test('every falsification of a recording that can matter is noticed', async () => {
  const kinds = placesByKind();
  expect(kinds.size).toBeGreaterThan(100);
  const missed: string[] = [];
  for (const [kind, places] of kinds) missed.push(...(await unnoticed(kind, places)));
  expect(missed.sort()).toEqual([...UNNOTICED].sort());
}, 240_000);
