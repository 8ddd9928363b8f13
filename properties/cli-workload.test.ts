import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ChangedBuild, heapspec, TemporaryFolder } from './command-line.js';
import { checkBuild, REPOSITORY } from './repository.js';

jest.setTimeout(120_000);

const GOLDEN = join(REPOSITORY, 'golden/workloads');
const PERL = join(GOLDEN, 'perl-hash.txt.gz');

let folder: TemporaryFolder;

beforeAll(checkBuild);
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => {
  folder.remove();
});

test('tells what came of workloads, on each heap', async () => {
  const { code, stdout, stderr } = await heapspec(['workload', PERL, join(GOLDEN, 'jq.txt.gz')]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^workload +heap +events +cycles +time +a second +SHA-256 of addresses$/m);
  for (const heap of ['reference', 'optimized']) {
    const perl = new RegExp(
      `perl-hash\\.txt\\.gz +${heap} +76,060 +0 .* a74c09a6f1946217\\.\\.\\. +as recorded$`,
      'm',
    );
    assert.match(stdout, perl);
    assert.match(stdout, new RegExp(`jq\\.txt\\.gz +${heap} +162,647 +3 .* as recorded$`, 'm'));
  }
  assert.match(stdout, /^at the end +perl-hash\.txt\.gz +jq\.txt\.gz$/m);
  assert.match(stdout, /^heap_live +3,121,152 +768,896$/m);
});

test('--json tells all of it', async () => {
  const { code, stdout } = await heapspec(['workload', '--json', '--heap', 'optimized', PERL]);
  assert.equal(code, 0);
  const { milliseconds, statistics, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(typeof milliseconds, 'number');
  assert.equal((statistics as Record<string, number>).allspans, 313);
  assert.deepEqual(rest, {
    file: PERL,
    heap: 'optimized',
    ok: true,
    recorded: true,
    events: 76_060,
    mallocs: 38_585,
    drops: 37_475,
    cycles: 0,
    addressesSha256: 'a74c09a6f1946217f91e6f742c711639592c6bf585208de619169509cd8f979a',
    differences: [],
  });
});

test('a workload of nobody is compared between the heaps', async () => {
  const { code, stdout } = await heapspec(['workload', '-'], { input: 'a 5\na 70000\nf 0\na 70\n' });
  assert.equal(code, 0);
  assert.match(stdout, /^standard input +reference +4 +0 .* not recorded$/m);
  assert.match(stdout, /^standard input +optimized +4 +0 .* not recorded$/m);
});

test('a file that is none is told once, and does not keep others from being run', async () => {
  writeFileSync(folder.file('bad.txt'), 'a 5\nfree 0\n');
  writeFileSync(folder.file('good.txt'), 'a 5\nf 0\n');
  writeFileSync(folder.file('empty.txt'), '');
  writeFileSync(folder.file('binary.txt'), Buffer.from([97, 0]));
  const files = ['bad.txt', 'good.txt', 'missing.txt', 'empty.txt', 'binary.txt'];
  const { code, stdout, stderr } = await heapspec(['workload', ...files], { cwd: folder.path });
  assert.equal(code, 2);
  assert.match(stdout, /^good\.txt +optimized +2 /m);
  assert.deepEqual(stderr.trimEnd().split('\n').sort(), [
    'error: bad.txt:2: expected "a SIZE" or "f OBJECT", found "free 0"',
    'error: binary.txt is not a workload: it holds bytes that are no text',
    'error: cannot read missing.txt: there is no such file or folder',
    'error: empty.txt is empty: a workload is needed',
  ]);
});

test('a heap that does otherwise than the real one is found, wherever the workload lies', async () => {
  writeFileSync(folder.file('copy.txt'), gunzipSync(readFileSync(PERL)));
  const broken = new ChangedBuild('traces/run-workload.js', 'size - (size % 8)', 'size - (size % 16)');
  const args = ['workload', 'copy.txt', '--heap', 'optimized'];
  const { code, stdout } = await heapspec(args, { cwd: folder.path, main: broken.main });
  broken.remove();
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^FOUND copy\.txt: optimized differs from the recording\n\n {2}statistics\.heap_scan\n {4}expected 2318104\n {4}actual {3}\d+$/m,
  );
  assert.match(stdout, /optimized .* FAILED$/m);
});
