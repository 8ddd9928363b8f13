import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ChangedBuild, heapspec, TemporaryFolder, type Ended } from './command-line.js';
import { checkBuild } from './repository.js';

// The command line with an optimized heap that loops for ever, once large objects have more than 4 pages: a build in which that
// was planted. No other thread can do anything about it, and nobody but the main thread can say so.

jest.setTimeout(180_000);

const LOOP = `while (operation.op === 'free' && this.statistics().heap_live > 4 * 8192);`;

/** It loops at operation 4. */
const PROGRAM = `# heapspec program
s1 = alloc 50 large
s2 = alloc 5
s3 = alloc 9
free s1
s4 = alloc 1
`;

let folder: TemporaryFolder;
let build: ChangedBuild;

beforeAll(() => {
  checkBuild();
  build = new ChangedBuild(
    'optimized/optimized-heap.js',
    'perform(operation) {',
    `perform(operation) { ${LOOP}`,
  );
});
afterAll(() => {
  build.remove();
});
beforeEach(() => {
  folder = new TemporaryFolder();
  writeFileSync(folder.file('loops.heap'), PROGRAM);
  writeFileSync(folder.file('fine.heap'), 's1 = alloc 3\nfree s1\n');
});
afterEach(() => {
  folder.remove();
});

/** That it comes to an end at all says that it left nothing running: a worker would keep it alive. */
function run(args: readonly string[], interruptAfter?: number): Promise<Ended> {
  return heapspec(args, {
    cwd: folder.path,
    main: build.main,
    ...(interruptAfter !== undefined && { interrupt: true, interruptAfter }),
  });
}

describe('replay', () => {
  test('a program: the hang is a finding, and the other files are replayed', async () => {
    const { code, stdout, stderr } = await run(['replay', 'loops.heap', 'fine.heap', '--timeout', '1s']);
    assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
    assert.match(stdout, /^FAILED {2}loops\.heap {2}reference, optimized: 4 operations, /);
    assert.match(
      stdout,
      /^At operation 4 \(command 4 of 5, `free s1`\): optimized did not come back from the operation within 1 s\.$/m,
    );
    assert.match(stdout, /^ {2}free s1 {2}# <-- operation 4$/m);
    assert.match(stdout, /^again: npx heapspec replay loops\.heap --timeout 1s$/m);
    assert.match(stdout, /^ok {2}fine\.heap/m);
  });

  test('--json has its kind', async () => {
    const { code, stdout } = await run(['replay', 'loops.heap', '--json', '--timeout', '500ms']);
    assert.equal(code, 1);
    const { ok, divergence } = JSON.parse(stdout) as { ok: boolean; divergence: Record<string, unknown> };
    assert.deepEqual(
      [ok, divergence.kind, divergence.heap, divergence.operation],
      [false, 'hang', 'optimized', 4],
    );
  });

  test('a trace: the hang is a mismatch, at its line', async () => {
    await run(['record', 'loops.heap', '--heap', 'reference', '-o', 'loops.jsonl', '--states', '1']);
    const { code, stdout } = await run(['replay', 'loops.jsonl', '--timeout', '1s']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^loops\.jsonl:8: optimized did not come back at operation 4\n {2}free \{.*"base":0/m,
    );
    assert.match(stdout, /^ {2}it did not come back from the operation within 1 s$/m);
  });

  test('Ctrl-C ends it', async () => {
    const { code, stdout, stderr } = await run(['replay', 'loops.heap', 'fine.heap'], 1000);
    assert.deepEqual({ code, stdout }, { code: 3, stdout: '' });
    assert.equal(stderr, 'error: interrupted: not replayed loops.heap, fine.heap\n');
  });
});

describe('shrink', () => {
  test('a hang becomes as small as it gets', async () => {
    const { code, stdout, stderr } = await run(['shrink', 'loops.heap', '--timeout', '500ms']);
    assert.match(
      stderr,
      /^optimized: hang at operation 2\nshrunk from 5 to 2 commands in \d+ runs, proven minimal$/m,
    );
    assert.equal(code, 0);
    assert.equal(stdout, '# heapspec program\ns1 = alloc 5 large\nfree s1\n');
  });

  test('Ctrl-C ends it with what it has', async () => {
    const { code, stdout, stderr } = await run(['shrink', 'loops.heap', '--timeout', '1s'], 3500);
    assert.equal(code, 3);
    assert.match(stderr, /^shrinking ended early: it was interrupted$/m);
    assert.match(stderr, /not proven minimal$/m);
    assert.match(stdout, /^free s\d/m);
  });
});

describe('verify', () => {
  const ARGS = ['verify', '--seed', '1', '--runs', '5', '--heap', 'optimized', '--timeout', '500ms'];

  test('a hang is found by recordings and programs, shrunk, and saved', async () => {
    const { code, stdout } = await run(ARGS);
    assert.equal(code, 1);
    assert.match(stdout, /^FOUND \S+\.jsonl\.gz:\d+: optimized did not come back at operation \d+$/m);
    assert.match(
      stdout,
      /^FOUND optimized: hang at operation \d+\nprogram \d of seed 1, shrunk from .* proven minimal$/m,
    );
    assert.match(stdout, /^incomplete: not replayed, since that heap hangs over others: \S+ on optimized/m);
    assert.doesNotMatch(stdout, /canary.*(not found|not judged)/);

    const [name] = readdirSync(folder.path).filter((file) => file.startsWith('heapspec-finding'));
    assert.match(readFileSync(folder.file(name), 'utf8'), /^# optimized: hang at operation/);
    const again = /^again: npx heapspec (replay heapspec-finding.*)$/m.exec(stdout)?.[1] ?? '';
    assert.equal((await run(again.split(' '))).code, 1);
  });
});

describe('fuzz', () => {
  test('a hang is a finding, shrunk, saved and drawn without hanging', async () => {
    const { code, stdout, stderr } = await run(['fuzz', '--runs', '6', '--timeout', '500ms', '--jobs', '2']);
    assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
    assert.match(
      stdout,
      /^FOUND optimized: hang at operation \d+\nprogram \d of seed 1, .* proven minimal$/m,
    );
    assert.match(stdout, /^--- after operation \d+, as it should be \(reference\)\nPages$/m);
    assert.match(stdout, /^--- after operation \d+, as it is \(optimized\)\nIt did not come back\.$/m);
    const [name] = readdirSync(folder.file('regressions'));
    assert.match(name, /^hang-[0-9a-f]{8}\.heap$/);
    const again = /^again: npx heapspec (replay regressions.*)$/m.exec(stdout)?.[1] ?? '';
    assert.equal((await run(again.split(' '))).code, 1);
  });
});
