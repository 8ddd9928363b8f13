import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import { FatalError, heapConfig, type Heap, type HeapFactory, type Operation } from '../spec/index.js';
import {
  checkGoldenWorkload,
  checkWorkload,
  goldenWorkloads,
  readGoldenWorkload,
  readWorkload,
  runWorkload,
  workloadFolder,
  type ReadWorkloadOptions,
  type WorkloadEvent,
} from './index.js';

const HEAPS = [referenceHeap, optimizedHeap];
const WORKLOADS = goldenWorkloads();

async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(typeof part === 'string' ? Buffer.from(part) : part);
}

async function readAll(
  source: string | AsyncIterable<Uint8Array>,
  options?: ReadWorkloadOptions,
): Promise<WorkloadEvent[]> {
  const events: WorkloadEvent[] = [];
  for await (const batch of readWorkload(source, options)) events.push(...batch);
  return events;
}

describe.each(WORKLOADS)('$name', (workload) => {
  test.each(HEAPS)(
    'the $name heap does what the real one did',
    async (heap) => {
      const { result, recorded, differences } = await checkGoldenWorkload(workload, heap);
      expect(differences).toEqual([]);
      expect(result).toEqual(recorded);
      expect(result.mallocs + result.drops).toBe(workload.lines);
    },
    120_000,
  );
});

test('reads events, compressed or not, in chunks of any size', async () => {
  const events = [
    { kind: 'allocate', size: 5 },
    { kind: 'allocate', size: 40_000 },
    { kind: 'drop', object: 1 },
  ];
  expect(await readAll(chunks('a 5\na 40000\nf 1\n'))).toEqual(events);
  expect(await readAll(chunks('a', ' 5\r\na 4000', '0\nf 1'))).toEqual(events);
  expect(await readAll(chunks(gzipSync('a 5\na 40000\nf 1\n')))).toEqual(events);
});

test.each([
  ['', '1: expected "a SIZE", found nothing: it is empty'],
  ['a 5\n\n', '2: expected "a SIZE" or "f OBJECT", found an empty line'],
  ['a 5\nb 5\n', '2: expected "a SIZE" or "f OBJECT", found "b 5"'],
  ['a 0\n', '1: expected "a SIZE" or "f OBJECT", found "a 0"'],
  ['a 05\n', '1: expected "a SIZE" or "f OBJECT", found "a 05"'],
  ['a -5\n', '1: expected "a SIZE" or "f OBJECT", found "a -5"'],
  ['a 1e3\n', '1: expected "a SIZE" or "f OBJECT", found "a 1e3"'],
  ['a 5 \n', '1: expected "a SIZE" or "f OBJECT", found "a 5 "'],
  ['a \u001b\n', '1: expected "a SIZE" or "f OBJECT", found "a \\u001b"'],
  ['a 4503599627370497\n', '1: expected a size from 1 to 4503599627370496, found 4503599627370497'],
  ['a 5\nf 1\n', '2: expected an object below 1, since 1 are there, found 1'],
  ['a 5\nf 0\nf 0\n', '3: expected an object that is dropped once, found object 0 a second time'],
  [`a 5\n${'9'.repeat(65)}`, '2: expected a line of at most 64 bytes, found a longer one'],
])('refuses %j', async (text, fault) => {
  await expect(readAll(chunks(text), { name: 'w' })).rejects.toThrow(
    expect.objectContaining({ name: 'TraceError', message: `w:${fault}` }) as Error,
  );
});

test('refuses what is too long, damaged, or no file', async () => {
  await expect(readAll(chunks('a 5\n'.repeat(100)), { maxBytes: 50 })).rejects.toThrow(
    '<stream>:101: expected a workload of at most 50 bytes, found 400 bytes and more',
  );
  await expect(readAll(chunks(gzipSync('a 5\n').subarray(0, 15)))).rejects.toThrow('that breaks off');
  await expect(readAll('/no/such/file')).rejects.toThrow('expected a readable file, found no such file');
});

/** A heap that writes down what it is asked, and has more live bytes with each object. */
function notedHeap(operations: Operation[], change: Partial<Heap> = {}): HeapFactory {
  return {
    name: 'noted',
    create: (config, host) => {
      const heap = referenceHeap.create(config, host);
      return {
        config,
        state: () => heap.state(),
        statistics: () => heap.statistics(),
        perform: (operation) => {
          operations.push(operation);
          return heap.perform(operation);
        },
        ...change,
      };
    },
  };
}

test('runs by the rules: what is scanned, what is marked, and how far sweeping may take', async () => {
  const operations: Operation[] = [];
  const text = ['a 5', 'a 15', 'a 1021', 'f 2', 'a 4000000', 'a 40001', 'a 200000'];
  const result = await runWorkload(readWorkload(chunks(text.join('\n'))), notedHeap(operations));
  const sizes = [5, 15, 1021, 4_000_000, 40_001, 200_000];
  const mallocs = operations.filter(({ op }) => op === 'malloc');
  const scans = [0, 0, 1016, 4_000_000, 40_000, 200_000];
  expect(mallocs).toEqual(
    sizes.map((size, i) => ({ op: 'malloc', p: 0, size, needzero: false, scan: scans[i] })),
  );
  const rest = operations.slice(mallocs.length);
  expect(rest.map(({ op }) => op)).toEqual(['gcStart', 'mark', 'mark', 'mark', 'mark', 'mark', 'gcEnd']);
  // Two tiny objects in two blocks, as 5 and 15 bytes do not fit into one, and three large ones in whole pages.
  const marked = 2 * 16 + (489 + 5 + 25) * 8192;
  expect(rest.at(-1)).toEqual({ op: 'gcEnd', heapDistance: marked - 2 ** 20 });
  expect(result).toMatchObject({ mallocs: 6, drops: 1, cycles: 1 });
  const addresses = createHash('sha256');
  const heap = referenceHeap.create(heapConfig({ arenaPages: 2 ** 20 }), {
    nanotime: () => 1,
    tick: () => undefined,
    sysMap: () => true,
    sysUsed: () => undefined,
    sysUnused: () => undefined,
    clear: () => undefined,
    spanClaimed: () => undefined,
    queueFinalizer: () => undefined,
    profileFree: () => undefined,
    print: () => undefined,
    gctrace: false,
  });
  for (const operation of operations) {
    const given = heap.perform(operation) as { addr?: number } | undefined;
    if (operation.op === 'malloc') addresses.update(`${given?.addr}\n`);
  }
  expect(result.addressesSha256).toBe(addresses.digest('hex'));
});

test('objects in one tiny block are marked once', async () => {
  const operations: Operation[] = [];
  const text = ['a 5', 'a 5', 'a 5000000'];
  await runWorkload(readWorkload(chunks(text.join('\n'))), notedHeap(operations));
  const marked = 16 + Math.ceil(5e6 / 8192) * 8192;
  expect(operations.at(-1)).toEqual({ op: 'gcEnd', heapDistance: marked - 2 ** 20 });
});

test('a heap that ends or breaks down is part of the result, and the rest is still read', async () => {
  const thrown = (error: unknown): HeapFactory =>
    notedHeap([], {
      perform: () => {
        throw error;
      },
    });
  const run = (heap: HeapFactory, text = 'a 5\na 5\n'): Promise<object> =>
    runWorkload(readWorkload(chunks(text), { name: 'w' }), heap);
  expect(await run(thrown(new FatalError('out of memory')))).toMatchObject({
    mallocs: 0,
    endedBy: 'out of memory',
  });
  expect(await run(thrown(new RangeError('no')))).toMatchObject({ crash: 'RangeError: no' });
  const malformed = notedHeap([], { perform: () => ({ base: 5 }) });
  expect(await run(malformed)).toMatchObject({
    crash: expect.stringContaining('result.addr must be') as string,
  });
  expect(await run({ name: 'x', create: () => null as never })).toMatchObject({
    crash: expect.stringContaining('heap must be an object') as string,
  });
  await expect(run(thrown(new Error('x')), 'a 5\nx\n')).rejects.toThrow('w:2: expected "a SIZE"');
});

test('a copy of a golden workload is known under any name, what was changed is not', async () => {
  const text = gunzipSync(readFileSync(join(workloadFolder(), 'perl-hash.txt.gz')));
  const copy = await checkWorkload(chunks(text), optimizedHeap, { name: 'copy' });
  expect(copy).toMatchObject({ file: 'copy', heap: 'optimized', differences: [] });
  expect(copy.recorded).toEqual(copy.result);
  const other = await checkWorkload(chunks(text, 'a 5\n'), optimizedHeap);
  expect([other.recorded, other.differences]).toEqual([undefined, []]);
});

test('another end is told as differences', async () => {
  const [workload] = WORKLOADS.filter(({ name }) => name.startsWith('perl'));
  const wrong = {
    ...workload,
    result: { ...workload.result, cycles: 1, statistics: { ...workload.result.statistics, allspans: 7 } },
  };
  const { differences } = await checkGoldenWorkload(wrong, optimizedHeap);
  expect(differences).toEqual([
    { path: 'cycles', expected: 1, actual: 0 },
    { path: 'statistics.allspans', expected: 7, actual: 313 },
  ]);
});

describe('a folder of one workload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heapspec-workloads-'));
  const [entry] = WORKLOADS.filter(({ name }) => name.startsWith('perl'));
  const file = join(folder, entry.name);
  beforeEach(() => {
    copyFileSync(entry.path, file);
    writeFileSync(join(folder, 'index.json'), JSON.stringify([entry]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const readFolder = async (): Promise<number> => {
    let events = 0;
    for (const workload of goldenWorkloads(folder)) {
      for await (const batch of readGoldenWorkload(workload)) events += batch.length;
    }
    return events;
  };

  test('is read', async () => {
    expect(await readFolder()).toBe(entry.lines);
  });

  test('is refused where the workload is changed', async () => {
    writeFileSync(file, gunzipSync(readFileSync(file)).toString().replace('a ', 'a 1'));
    await expect(readFolder()).rejects.toThrow('perl-hash.txt.gz: expected a text with the SHA-256');
  });

  test.each([
    ['without a result', { ...entry, result: undefined }],
    ['without a digest of addresses', { ...entry, result: { ...entry.result, addressesSha256: 'x' } }],
    ['with half a cycle', { ...entry, result: { ...entry.result, cycles: 0.5 } }],
    ['with an unknown part', { ...entry, result: { ...entry.result, frees: 1 } }],
    ['with too few statistics', { ...entry, result: { ...entry.result, statistics: { allspans: 1 } } }],
  ])('is refused where its index is %s', async (_what, changed) => {
    writeFileSync(join(folder, 'index.json'), JSON.stringify([changed]));
    await expect(readFolder()).rejects.toThrow(
      'index.json: expected a list of {"name", "lines", "sha256", "result"}',
    );
  });
});
