import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { ChangedBuild, heapspec, TemporaryFolder } from './command-line.js';
import { checkBuild } from './repository.js';

// A verification replays all recordings: each takes some seconds.
jest.setTimeout(180_000);

let folder: TemporaryFolder;

beforeAll(checkBuild);
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => {
  folder.remove();
});

/** The JSON that a verification prints, but for what differs from run to run. */
function parse(stdout: string): Record<string, unknown> {
  const { milliseconds, ...rest } = JSON.parse(stdout) as Record<string, unknown>;
  assert.equal(typeof milliseconds, 'number');
  return rest;
}

test('the same seed is the same run, however many threads there are', async () => {
  const args = ['verify', '--heap', 'optimized', '--runs', '40', '--seed', '5', '--json'];
  const one = await heapspec([...args, '--jobs', '1'], { cwd: folder.path });
  const three = await heapspec([...args, '--jobs', '3'], { cwd: folder.path });
  assert.deepEqual([one.code, one.stderr, three.code, three.stderr], [0, '', 0, '']);
  const result = parse(one.stdout);
  assert.deepEqual(parse(three.stdout), result);
  assert.deepEqual([result.ok, result.findings, result.troubles], [true, [], []]);
  assert.deepEqual(readdirSync(folder.path).length, 0);
});

test('a finding is shrunk, printed, saved, and shown again by the line that is printed', async () => {
  const args = ['verify', '--heap', 'canary', '--runs', '100', '--seed', '1'];
  const { code, stdout } = await heapspec(args, { cwd: folder.path });
  assert.equal(code, 1);
  assert.match(stdout, /^FOUND \S+\.jsonl\.gz:\d+: canary differs from the trace/m);
  assert.match(stdout, /^FOUND canary \(expected: reference\): state after operation 2$/m);
  assert.match(stdout, /shrunk from \d+ to 2 commands in \d+ runs, proven minimal/);
  assert.match(stdout, /^ {2}s1 = alloc 5\n {2}free s1 dirty {2}# <-- operation 2$/m);

  const [name] = readdirSync(folder.path);
  assert.match(name, /^heapspec-finding-[0-9a-f]{8}\.heap$/);
  assert.match(stdout, new RegExp(`^saved: ${name}$`, 'm'));
  const again = /^again: npx heapspec (replay heapspec-finding.*)$/m.exec(stdout)?.[1] ?? '';
  const replayed = await heapspec(again.split(' '), { cwd: folder.path });
  assert.equal(replayed.code, 1);
  assert.match(replayed.stdout, /spans\[@0\]\.needzero/);
});

test('Ctrl-C ends it with what it has', async () => {
  const args = ['verify', '--heap', 'optimized', '--time', '1h', '--json'];
  const { code, stdout, stderr } = await heapspec(args, { cwd: folder.path, interrupt: true });
  assert.deepEqual({ code, stderr }, { code: 3, stderr: '' });
  assert.deepEqual(parse(stdout).troubles, ['it was interrupted']);
});

describe('what would make it worthless makes it fail', () => {
  /** Runs a copy of the build in which one text stands instead of another. */
  async function verifyChanged(
    file: string,
    from: string,
    to: string,
    golden = true,
  ): Promise<{ code: number; result: Record<string, unknown> }> {
    const build = new ChangedBuild(file, from, to, golden);
    try {
      const args = ['verify', '--heap', 'optimized', '--runs', '5', '--seed', '1', '--json'];
      const { code, stdout } = await heapspec(args, { cwd: folder.path, main: build.main });
      return { code, result: parse(stdout) };
    } finally {
      build.remove();
    }
  }

  test.each([
    ['canary', 'faults/forgets-dirt.js', 'needzero: false', 'needzero: true'],
    ['object-canary', 'faults/loses-marks.js', 'pointer > addr', 'false'],
  ])('%s that is not found', async (canary, file, from, to) => {
    const { code, result } = await verifyChanged(file, from, to);
    assert.equal(code, 3);
    const troubles = result.troubles as string[];
    assert.equal(troubles.length, 3);
    for (const trouble of troubles) {
      assert(trouble.startsWith(`the planted fault of ${canary} was not found by`));
    }
  });

  test('a fault of the optimized heap, which says nothing of the canary', async () => {
    const { code, result } = await verifyChanged(
      'optimized/optimized-heap.js',
      'perform(operation) {',
      `perform(operation) { if (operation.npages > 4) throw new Error('broken');`,
    );
    assert.equal(code, 1);
    assert.deepEqual(result.troubles, []);
    const [finding] = result.findings as { divergence: { heap: string } }[];
    assert.equal(finding.divergence.heap, 'optimized');
  });

  test('no recordings', async () => {
    const { code, result } = await verifyChanged('cli/seeds.js', 'CI_SEED = 1', 'CI_SEED = 2', false);
    assert.equal(code, 3);
    assert.match(String(result.troubles), /golden traces can't be read.*no golden trace was replayed/);
  });

  test('a program that ends its worker is kept as a finding', async () => {
    const place = 'const program = programOfRun(seed, index);';
    const { code, result } = await verifyChanged(
      'cli/run-job.js',
      place,
      `${place} if (index === 3) process.exit(9);`,
    );
    assert.equal(code, 1);
    const [finding] = result.findings as { file: string; history: string }[];
    assert.match(finding.history, /^program 3 of seed 1, which ended its worker with code 9; not shrunk$/);
    assert(existsSync(folder.file(finding.file)));
  });
});
