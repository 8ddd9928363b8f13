import { RecordingHost } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import type { Heap, HeapFactory } from '../spec/index.js';
import {
  readTrace,
  recordProgram,
  replayTrace,
  type RecordProgramOptions,
  type RecordReport,
} from './index.js';

function record(text: string, options?: RecordProgramOptions): RecordReport & { text: string[] } {
  const lines: string[] = [];
  const report = recordProgram(parseProgram(text), referenceHeap, (line) => lines.push(line), options);
  return { ...report, text: lines };
}

function kinds(lines: readonly string[]): string {
  return lines.map((line) => (/^\{"(format|op|state)"/.exec(line)?.[1] ?? '?').charAt(0)).join('');
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield await Promise.resolve(Buffer.from(`${line}\n`));
}

const TICKS = Array.from({ length: 10 }, (_, i) => `tick ${i + 1}ns`).join('\n');

test('writes canonical lines', () => {
  const { text, ...report } = record('config arenaPages=900\ns1 = alloc 2 large\nfree s1 dirty\n', {
    seed: 7,
    style: 'by hand',
    source: 'reference',
  });
  expect(report).toEqual({ lines: 4, steps: 2, nested: 0, operations: 2, states: 1, skipped: 0, refused: 0 });
  expect(text.slice(0, 3)).toEqual([
    '{"format":"pageheap-trace","version":1,"level":"pages","config":{"physPageSize":4096,"arenaPages":900,"procs":1},' +
      '"seed":7,"style":"by hand","source":"reference"}',
    '{"op":"alloc","args":{"large":true,"needzero":false,"npages":2,"sizeclass":0},"ret":{"base":0,"zeroed":false},' +
      '"sys":[["map",0,1048576]],"stats":{"heap_inuse":16384,"heap_idle":1032192,"heap_sys":1048576,"heap_objects":1,' +
      '"heap_live":16384,"pagesInUse":2,"allspans":2,"spansInUse":2,"spansMapped":512,"arenaUsed":1048576}}',
    '{"op":"free","args":{"acct":1,"base":0,"needzero":true},"stats":{"heap_inuse":0,"heap_idle":1048576,' +
      '"heap_objects":0,"pagesInUse":0,"spansInUse":1}}',
  ]);
  expect(text[3]).toMatch(
    /^\{"state":\{"busy":\{\},"busylarge":\[\],"central":\{\},"clock":1,"free":\{\},"freelarge":\[0\],/,
  );
});

test.each([
  [undefined, 'foooooooooos'],
  [0, 'foooooooooo'],
  [1, 'fosososososososososos'],
  [3, 'fooosooosooosos'],
  [5, 'fooooosooooos'],
])('writes states after every %s steps, and at the end', (statesEvery, expected) => {
  expect(kinds(record(TICKS, statesEvery === undefined ? {} : { statesEvery }).text)).toBe(expected);
});

test.each([-1, 1.5, NaN])('refuses to write states after every %s steps', (statesEvery) => {
  expect(() => record(TICKS, { statesEvery })).toThrow(RangeError);
});

test('leaves out what is skipped and what is refused', () => {
  const program = 'config arenaPages=16\ns1 = alloc 17 large\nfree s1\ns2 = alloc 0 large\ntick 5ns\n';
  const { text, ...report } = record(program);
  expect(report).toEqual({ lines: 4, steps: 2, nested: 0, operations: 3, states: 1, skipped: 1, refused: 1 });
  expect(text[1]).toContain('"ret":null');
  expect(text[2]).toBe('{"op":"tick","args":{"ns":5}}');
});

test('ends with a fatal error', () => {
  const { text, ...report } = record('s1 = alloc 1 large\nfree s1\nfree s1\ntick 5ns\n', { statesEvery: 1 });
  expect(kinds(text)).toBe('fososo');
  expect(report).toMatchObject({ steps: 3, states: 2, endedBy: 'MHeap_FreeSpanLocked - invalid span state' });
  expect(text.at(-1)).toMatch(
    /"throw":"MHeap_FreeSpanLocked - invalid span state","stats":\{"heap_objects":-1\}\}$/,
  );
});

test('keeps settings that are not the default, and what the host refuses', async () => {
  const { text } = record(
    [
      'config arenaPages=512 heapAllocChunk=65536 growRound=8192 maxHeapList=16 arenaStart=1048576',
      'host seed=3 refusals=0.5',
      ...Array.from({ length: 20 }, (_, i) => `s${i} = alloc ${i + 1} large`),
    ].join('\n'),
  );
  expect(text[0]).toContain(
    '"config":{"physPageSize":4096,"arenaPages":512,"procs":1,"arenaStart":1048576,"heapAllocChunk":65536,' +
      '"growRound":8192,"maxHeapList":16},"host":{"seed":3,"refusals":0.5}}',
  );
  expect(text.some((line) => line.includes('"ret":null'))).toBe(true);
  const { mismatch, lines } = await replayTrace(readTrace(bytesOf(text)), referenceHeap);
  expect(mismatch).toBeUndefined();
  expect(lines).toBe(text.length);
});

test('the host refuses what golden/README.md says it refuses', () => {
  const stir = (value: number): number => {
    let x = value;
    x ^= x >>> 15;
    x = Math.imul(x, 0x2c1b3c6d);
    x ^= x >>> 12;
    x = Math.imul(x, 0x297a2d39);
    return x ^ (x >>> 15);
  };
  const scatter = (seed: number, n: number, k: number): number =>
    stir(stir(stir(stir(seed ^ 0x5bf03635) ^ n) ^ Math.floor(n / 2 ** 32)) ^ k) >>> 0;

  for (const script of [
    { seed: 3, refusals: 0.5 },
    { seed: 0xffffffff, refusals: 0.1 },
  ]) {
    const host = new RecordingHost({ script });
    const granted = Array.from({ length: 100 }, () => host.sysMap(0, 1));
    const refused = granted.map((_, i) => scatter(script.seed, i + 1, 1) < script.refusals * 2 ** 32);
    expect(granted).toEqual(refused.map((one) => !one));
  }
});

test.each<[what: keyof Heap, value: unknown, says: string]>([
  [
    'perform',
    { base: '0', zeroed: false },
    'result.base must be an integer of at most 2^53 - 1, and is the text "0"',
  ],
  ['statistics', {}, 'statistics.heap_inuse must be an integer of at most 2^53 - 1, and is nothing'],
  ['state', [], 'state must be an object, and is an array'],
  ['audit', 5, 'heap.audit must be a method, and is 5'],
])('says what is malformed where %s gives %j', (what, value, says) => {
  const mine: HeapFactory = {
    name: 'mine',
    create(config, host) {
      const heap = referenceHeap.create(config, host);
      const methods = {
        perform: heap.perform.bind(heap),
        statistics: heap.statistics.bind(heap),
        state: heap.state.bind(heap),
      };
      return { config, ...methods, [what]: what === 'audit' ? value : () => value };
    },
  };
  const attempt = (): unknown => recordProgram(parseProgram('s1 = alloc 5'), mine, () => undefined);
  expect(attempt).toThrow(`mine gave a malformed answer: ${says}`);
});
