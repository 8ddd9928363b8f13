import fc from 'fast-check';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { chunks, faultOf, HEADER, readAll, STATE, TICK } from '../../properties/trace-lines.js';
import { DEFAULT_CONFIG } from '../spec/index.js';
import { goldenFolder, readTrace, TraceError } from './index.js';

const lines = (...texts: string[]): AsyncGenerator<Uint8Array> =>
  chunks(texts.map((text) => `${text}\n`).join(''));

describe('reads', () => {
  test('every kind of record', async () => {
    const step =
      '{"op":"alloc","args":{"sizeclass":0,"npages":2,"needzero":false,"large":true},' +
      '"ret":{"base":8192,"zeroed":false},"sys":[["map",0,65536],["used",0,8192]],"stats":{"heap_live":-8192}}';
    expect(await readAll(lines(HEADER, step, STATE, '{"op":"query","throw":"x"}'), { name: 'a' })).toEqual([
      {
        kind: 'header',
        file: 'a',
        line: 1,
        level: 'pages',
        config: { ...DEFAULT_CONFIG, arenaPages: 900 },
        provenance: {},
      },
      {
        kind: 'step',
        line: 2,
        operation: { op: 'alloc', sizeclass: 0, npages: 2, needzero: false, large: true },
        result: { base: 8192, zeroed: false },
        claims: [],
        finalizers: [],
        profiles: [],
        sys: [
          ['map', 0, 65536],
          ['used', 0, 8192],
        ],
        stats: { heap_live: -8192 },
      },
      { kind: 'state', line: 3, ...(JSON.parse(STATE) as object) },
      {
        kind: 'step',
        line: 4,
        operation: { op: 'query' },
        result: undefined,
        throw: 'x',
        claims: [],
        sys: [],
        finalizers: [],
        profiles: [],
        stats: {},
      },
    ]);
  });

  test('all settings, the host and provenance', async () => {
    const header =
      '{"format":"pageheap-trace","version":1,"level":"pages","config":{"physPageSize":4096,"arenaPages":900,' +
      '"procs":2,"arenaStart":1048576,"heapAllocChunk":65536,"growRound":8192,"maxHeapList":16},' +
      '"host":{"seed":7,"refusals":0.25},"seed":-3,"style":"é","source":"me"}';
    expect(await readAll(lines(header))).toEqual([
      {
        kind: 'header',
        file: '<stream>',
        line: 1,
        level: 'pages',
        config: {
          physPageSize: 4096,
          arenaPages: 900,
          procs: 2,
          arenaStart: 1048576,
          heapAllocChunk: 65536,
          growRound: 8192,
          maxHeapList: 16,
        },
        host: { seed: 7, refusals: 0.25 },
        provenance: { seed: -3, style: 'é', source: 'me' },
      },
    ]);
  });

  test('chunks of any size, plain and compressed in one or several parts', async () => {
    const text = `${HEADER}\n${TICK}\n${STATE}\n${TICK}\n`;
    const expected = await readAll(chunks(text));
    const compressed = Buffer.concat([gzipSync(text.slice(0, 300)), gzipSync(text.slice(300))]);
    for (const bytes of [Buffer.from(text), compressed]) {
      for (const size of [1, 7, 64]) {
        const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        assert.deepEqual(await readAll(chunks(...parts, new Uint8Array())), expected);
      }
    }
  });

  test('a last line without a line feed, and lines that end as on Windows', async () => {
    expect(await readAll(chunks(`${HEADER}\r\n${TICK}\r\n${TICK}`))).toHaveLength(3);
  });
});

describe('refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heapspec-traces-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('any line behind a fatal error', async () => {
    const thrown = '{"op":"tick","args":{"ns":5},"throw":"x"}';
    expect(await faultOf(lines(HEADER, thrown, TICK))).toBe(
      '<stream>:3: expected no line behind the fatal error of line 2, found one',
    );
    expect(await faultOf(lines(HEADER, thrown, ''))).toContain('found an empty line');
  });

  test('bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}\n{"op":"query","throw":"`),
      Buffer.from([0xc3, 0x28]),
    ]);
    expect(await faultOf(chunks(bytes, '"}\n'))).toBe(
      '<stream>:2: expected UTF-8 text, found bytes that are none',
    );
  });

  test('a file that is missing, and a directory', async () => {
    const missing = join(folder, 'missing.jsonl');
    expect(await faultOf(missing)).toBe(`${missing}: expected a readable file, found no such file`);
    expect(await faultOf(folder)).toBe(`${folder}: expected a readable file, found a directory`);
  });

  test('gzip data that is cut off, damaged, or followed by something', async () => {
    const ticks = Array.from({ length: 4000 }, (_, i) => TICK.replace('5', String((i * 7919) % 100_003)));
    const whole = gzipSync(`${HEADER}\n${ticks.join('\n')}\n`);
    const damaged = Buffer.from(whole);
    damaged[damaged.length - 6] ^= 1;
    expect(await faultOf(chunks(whole))).toBe('no fault');
    expect(await faultOf(chunks(whole.subarray(0, whole.length / 2)))).toMatch(
      /^<stream>:\d+: expected sound gzip data, found gzip data that breaks off \(unexpected end of file\)$/,
    );
    expect(await faultOf(chunks(whole.subarray(0, 2)))).toMatch(/^<stream>:1: .*breaks off/);
    expect(await faultOf(chunks(damaged))).toMatch(
      /^<stream>:\d+: .*found damaged gzip data \(incorrect data check\)$/,
    );
    expect(await faultOf(chunks(whole, 'more'))).toMatch(
      /found damaged gzip data \(incorrect header check\)/,
    );
    expect(await faultOf(chunks(whole, Buffer.alloc(9000)))).toMatch(
      /found something else behind the gzip data/,
    );
  });

  test('what is called .gz is read as what it is', async () => {
    const path = join(folder, 'plain.jsonl.gz');
    writeFileSync(path, `${HEADER}\n${TICK}\n`);
    expect(await readAll(path)).toHaveLength(2);
  });

  test('a line that never ends, in bounded memory', async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${HEADER}\n{"op":"query","throw":"`);
      for (;;) yield await Promise.resolve(Buffer.alloc(1 << 16, 'x'));
    };
    expect(await faultOf(endless())).toBe(
      '<stream>:2: expected a line of at most 67108864 bytes, found a longer one',
    );
  });

  test('gzip bombs', async () => {
    // 100 MB of zeros; without a line feed, so the first line is too long.
    const zeros = gzipSync(Buffer.alloc(1e8), { level: 1 });
    expect(await faultOf(chunks(zeros))).toMatch(/^<stream>:1: expected a line of at most 67108864 bytes/);
    const blank = gzipSync(Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.alloc(1e7, '\n')]));
    expect(await faultOf(chunks(blank))).toBe('<stream>:2:1: expected an object, found an empty line');
    const valid = gzipSync(`${HEADER}\n${`${TICK}\n`.repeat(10_000)}`);
    expect(await faultOf(chunks(valid), { maxBytes: 100_000 })).toMatch(
      /^<stream>:\d{4}: expected a trace of at most 100000 bytes, found \d+ bytes and more$/,
    );
  });

  test('an array with absurdly many elements', async () => {
    const zeros = STATE.replace('"freelarge":[]', `"freelarge":[${'0,'.repeat(2 ** 22)}0]`);
    expect(await faultOf(lines(HEADER, zeros))).toContain(
      'expected at most 4194304 elements in state.freelarge[4194304], found the number 0',
    );
  });

  test('a stream of something else', async () => {
    const strings = chunks() as AsyncIterable<unknown> as AsyncIterable<Uint8Array>;
    const source = (async function* (): AsyncGenerator<Uint8Array> {
      yield* strings;
      yield 'text' as unknown as Uint8Array;
    })();
    await expect(readAll(source)).rejects.toThrow(TypeError);
  });
});

test('messages hold nothing that a terminal would obey', async () => {
  const name = 'a\u001b[2J';
  expect(await faultOf(lines(HEADER, '{"op":"x\u202e"}'), { name })).toMatch(
    /^a\\u001b\[2J:2:7: expected .*, found the string "x\\u202e"$/,
  );
  expect(await faultOf(lines(HEADER, '{"op":"\u001b"}'), { name })).toMatch(/, found "\\u001b"$/);
});

test.each([1, 2, 5])('stops reading when its user does, at line %p', async (last) => {
  let closed = false;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from(`${HEADER}\n${TICK}\n`);
      for (;;) yield await Promise.resolve(Buffer.from(`${TICK}\n`));
    } finally {
      closed = true;
    }
  };
  for await (const record of readTrace(source())) if (record.line === last) break;
  expect(closed).toBe(true);
});

test('any damage of a recording gives records or a TraceError', async () => {
  const compressed = readFileSync(join(goldenFolder(), 'throws-double-free.jsonl.gz'));
  const plain = gunzipSync(compressed);
  const damage = fc.record({
    gzip: fc.boolean(),
    at: fc.nat(),
    cut: fc.integer({ min: 0, max: 3 }),
    put: fc.uint8Array({ maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ gzip, at, cut, put }) => {
      const whole = gzip ? compressed : plain;
      const start = at % whole.length;
      const damaged = Buffer.concat([whole.subarray(0, start), put, whole.subarray(start + cut)]);
      try {
        await readAll(chunks(damaged));
      } catch (error) {
        assert(error instanceof TraceError, String(error));
      }
    }),
    { numRuns: 400 },
  );
});
