import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzReport } from '../src/fuzzing/report.js';
import { readOnlyFolder, smallDisk, tellWithout } from './adverse-folders.js';
import { heapspec, TemporaryFolder, type Ended, type RunOptions } from './command-line.js';
import { checkBuild, REPOSITORY } from './repository.js';

// The command fuzz, as users run it: each run takes seconds, since it has to find the canaries first.

jest.setTimeout(240_000);

let folder: TemporaryFolder;

beforeAll(checkBuild);
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => {
  folder.remove();
});

function fuzz(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return heapspec(['fuzz', ...args], { cwd: folder.path, ...options });
}

/** Runs it with `--json`; its code is the one that the report has. */
async function report(args: readonly string[], options: RunOptions = {}): Promise<FuzzReport> {
  const { code, stdout, stderr } = await fuzz([...args, '--json'], options);
  assert.equal(stderr, '');
  const told = JSON.parse(stdout) as FuzzReport;
  assert.equal(code, told.exitCode);
  return told;
}

/** What does not depend on how fast the machine is. */
function essence({ campaign, shapes, unseen, corpus, findings }: FuzzReport): object {
  const { entries, commands, features } = corpus;
  return { campaign, shapes, unseen, corpus: { entries, commands, features }, findings };
}

function filesOf(name: string): string[] {
  return readdirSync(folder.file(name)).filter((file) => !file.startsWith('.'));
}

interface Observed {
  readonly run: number | null;
  readonly origin: string;
  readonly status: string;
  readonly program: string;
  readonly features: readonly string[];
  readonly new: readonly string[];
  readonly operations: number;
  readonly timing: { readonly run?: number };
}

function observed(name: string): Observed[] {
  const lines = readFileSync(folder.file(name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Observed);
}

const FAILING = 's1 = alloc 9\nfree s1 dirty\n';

test('a campaign goes on where it was, and is the same on any number of threads', async () => {
  const first = await report(['--runs', '200', '--jobs', '1']);
  const { counts, campaign, canary, troubles, notes, exitCode } = first;
  expect([exitCode, troubles, notes, canary?.found]).toEqual([0, [], [], true]);
  expect(counts.drawn + counts.mutated).toBe(200);
  expect(campaign.runs).toBe(200);

  const kept = filesOf('corpus').length;
  expect(kept).toBeGreaterThanOrEqual(first.corpus.entries);

  const second = await report(['--runs', '60', '--jobs', '3']);
  expect(second.campaign.runs).toBe(260);
  expect(second.counts.corpus).toBe(kept);
  expect(second.counts.drawn + second.counts.mutated).toBe(60);

  const args = ['--corpus', 'another', '--runs', '260', '--jobs', '2'];
  const whole = await report(args);
  expect(essence(second)).toEqual(essence(whole));
  expect(filesOf('corpus')).toEqual(filesOf('another'));
});

test('a finding is saved, shrunk, told with all that belongs to it, and run first from then on', async () => {
  const { code, stdout } = await fuzz(['--runs', '40', '--heap', 'canary']);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^FOUND canary \(expected: reference\): state after operation 2\nbreaks free\.dirty: /,
  );
  expect(stdout).toMatch(
    /^program \d+ of seed 1.*, shrunk from .* to 2 commands in \d+ runs, proven minimal$/m,
  );
  expect(stdout).toMatch(/^ {2}s1 = alloc 5\n {2}free s1 dirty {2}# <-- operation 2$/m);
  expect(stdout).toMatch(/^--- before operation 2, on reference\nPages\n {5}0x0 {2}IiiiiF/m);
  expect(stdout).toMatch(/^--- after operation 2, as it should be \(reference\)\nPages\n/m);

  const [name, ...others] = filesOf('regressions');
  expect(others).toEqual([]);
  expect(name).toMatch(/^free-dirty-[0-9a-f]{8}\.heap$/);
  const text = readFileSync(folder.file(join('regressions', name)), 'utf8');
  expect(text).toMatch(/^# canary \(expected: reference\): state after operation 2\n# breaks free\.dirty: /);
  const again = /^again: npx heapspec (replay .*)$/m.exec(stdout)?.[1] ?? '';
  expect((await heapspec(again.split(' '), { cwd: folder.path })).code).toBe(1);

  const { findings, counts } = await report(['--runs', '1', '--heap', 'canary']);
  expect(counts.regressions).toBe(1);
  expect(findings.map(({ from, file }) => [from, file])).toEqual([
    [{ kind: 'regression', file: join('regressions', name) }, join('regressions', name)],
  ]);
  // The heaps that are well run it too.
  expect((await report(['--runs', '1'])).counts.regressions).toBe(1);
});

test('a finding is as docs/fuzzing.md shows it', async () => {
  const page = readFileSync(join(REPOSITORY, 'docs/fuzzing.md'), 'utf8');
  const [, command, told, saved] =
    /^npx heapspec (fuzz --heap .*)\n```\n\n```text\n([^]*?)```[^]*?```text\n([^]*?)```/m.exec(page) ?? [];
  const { code, stdout } = await heapspec(command.split(' '), { cwd: folder.path });
  expect(code).toBe(1);
  expect(stdout).toContain(told);
  expect(stdout).toContain(saved);
});

test('one that was killed before it shrunk a finding has it shrunk by the next run', async () => {
  mkdirSync(folder.file('regressions'));
  writeFileSync(folder.file('regressions/0.unshrunk.heap'), FAILING);
  const { findings } = await report(['--runs', '1', '--heap', 'canary']);
  expect(findings.map(({ minimal, program }) => [minimal, program])).toEqual([
    [true, '# heapspec program\ns1 = alloc 5\nfree s1 dirty\n'],
  ]);
  expect(filesOf('regressions')).toEqual([expect.stringMatching(/^free-dirty-[0-9a-f]{8}\.heap$/)]);
});

test('it ends when enough was found', async () => {
  const args = ['--runs', '5000', '--heap', 'canary', '--max-findings', '1'];
  const { findings, campaign } = await report(args);
  expect(findings).toHaveLength(1);
  expect(campaign.runs).toBeLessThan(200);
  expect(
    await report([...args, '--corpus', 'other', '--regressions', 'others', '--jobs', '1']),
  ).toMatchObject({
    campaign,
  });
});

test('regressions that can not be read are named, and all others are run', async () => {
  mkdirSync(folder.file('regressions/deep'), { recursive: true });
  writeFileSync(folder.file('regressions/a.heap'), 's1 = alloc\n');
  writeFileSync(folder.file('regressions/b.heap'), Buffer.of(0, 1, 255));
  writeFileSync(folder.file('regressions/deep/c.heap'), FAILING);
  const { code, stdout } = await fuzz(['--runs', '1']);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^unreadable: regressions\/a\.heap:1:11: /m);
  expect(stdout).toMatch(/^unreadable: regressions\/b\.heap: /m);
  expect(stdout).toMatch(/^regressions +1$/m);
});

test('what else stands in the corpus is named and left alone', async () => {
  mkdirSync(folder.file('corpus/folder.heap'), { recursive: true });
  writeFileSync(folder.file('corpus/mine.heap'), FAILING);
  writeFileSync(folder.file('corpus/broken.heap'), 's1 = aloc 3\n');
  writeFileSync(folder.file('corpus/binary.heap'), Buffer.of(0, 255));
  writeFileSync(folder.file('corpus/README.md'), 'mine');
  const { code, stdout } = await fuzz(['--runs', '1']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^4 files in the corpus folder left alone:$/m);
  for (const name of ['folder', 'broken', 'binary']) {
    expect(stdout).toMatch(new RegExp(`^ {2}${name}\\.heap: `, 'm'));
  }
  expect(stdout).toMatch(/^corpus, run again +1$/m);
  expect(filesOf('corpus')).toEqual(
    expect.arrayContaining(['folder.heap', 'mine.heap', 'broken.heap', 'binary.heap', 'README.md']),
  );
});

test('shards have every n-th program each, and observations tell all of it', async () => {
  const runs = async (name: string, ...args: readonly string[]): Promise<Observed[]> => {
    await report(['--unguided', '--corpus', name, '--observe', `${name}.jsonl`, ...args]);
    return observed(`${name}.jsonl`);
  };
  const whole = await runs('whole', '--runs', '8');
  expect(whole.map(({ run, origin, status }) => [run, origin, status])).toEqual(
    whole.map((_, run) => [run, 'drawn', 'passed']),
  );
  for (const { program, features, new: fresh, operations, timing } of whole) {
    expect(program).toMatch(/^# heapspec program\n/);
    expect(features).toEqual(expect.arrayContaining([...fresh]));
    expect(operations).toBeGreaterThan(0);
    expect(timing.run).toBeGreaterThan(0);
  }
  expect(whole[0].new).toEqual(whole[0].features);
  const shards = [
    await runs('one', '--runs', '4', '--shard', '1/2'),
    await runs('two', '--runs', '4', '--shard', '2/2'),
  ];
  expect(shards.map((shard) => shard.map(({ run, program }) => [run, program]))).toEqual(
    [0, 1].map((odd) => whole.filter((_, run) => run % 2 === odd).map(({ run, program }) => [run, program])),
  );
});

test('two runs in one folder at once do not disturb each other', async () => {
  const args = ['--runs', '150', '--jobs', '1'];
  const [one, two] = await Promise.all([
    report([...args, '--observe', 'one.jsonl']),
    report([...args, '--observe', 'two.jsonl']),
  ]);
  expect([one.campaign.runs, two.campaign.runs]).toEqual([150, 150]);
  expect([one.notes, two.notes, one.troubles, two.troubles]).toEqual([[], [], [], []]);
  const programs = ['one.jsonl', 'two.jsonl'].flatMap((name) =>
    observed(name).flatMap(({ origin, program }) => (origin === 'drawn' ? [program] : [])),
  );
  expect(new Set(programs).size).toBe(programs.length);
  expect(readdirSync(folder.file('corpus/.campaign/both-seed-1')).sort()).toEqual(
    expect.arrayContaining(['lane-0.state.json', 'lane-1.state.json']),
  );
});

test('a corpus is made small, and shows the same', async () => {
  await report(['--runs', '120']);
  const shown = await report(['--minimise-corpus', '--observe', 'before.jsonl']);
  expect([shown.exitCode, shown.counts.drawn, shown.canary]).toEqual([0, 0, undefined]);
  expect(shown.corpus.removed).toBeGreaterThan(0);
  expect(filesOf('corpus')).toHaveLength(shown.corpus.before - shown.corpus.removed);
  expect(shown.corpus.entries).toBe(shown.corpus.before - shown.corpus.removed);

  const again = await report(['--minimise-corpus', '--observe', 'after.jsonl']);
  expect(again.corpus.before).toBe(shown.corpus.before - shown.corpus.removed);
  const features = (name: string): string[] => [...new Set(observed(name).flatMap((one) => one.features))];
  expect(features('after.jsonl').sort()).toEqual(features('before.jsonl').sort());
});

test('a clock that jumps changes nothing', async () => {
  const preload = `data:text/javascript,${encodeURIComponent(`
    const { now } = Date;
    let calls = 0;
    Date.now = () => now() + (calls++ % 2 === 0 ? 1e12 : -1e12);
  `)}`;
  const jumping = await report(['--runs', '20'], { preload });
  const steady = await report(['--runs', '20', '--corpus', 'other']);
  expect(essence(jumping)).toEqual(essence(steady));
  const timed = await report(['--time', '4s'], { preload });
  expect(timed.milliseconds).toBeGreaterThan(4000);
});

describe('when it can not do its work', () => {
  test('no new program was run', async () => {
    const { troubles, exitCode } = await report(['--time', '1ms']);
    expect([exitCode, troubles]).toEqual([3, [expect.stringMatching(/^no new program was run, /)]]);
  });

  test('the folder of the corpus is no folder, or can not be written', async () => {
    writeFileSync(folder.file('file'), '');
    expect(await fuzz(['--corpus', 'file'])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^error: cannot open file: it is no folder\n$/) as string,
    });
    const refusing = readOnlyFolder();
    try {
      const { code, stderr } = await fuzz(['--corpus', join(refusing.path, 'corpus')]);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/^error: cannot make the folder .*\n$/)]);
    } finally {
      refusing.release();
    }
  });

  test('findings go elsewhere where the regressions can not be written', async () => {
    const refusing = readOnlyFolder();
    try {
      const args = ['--heap', 'canary', '--runs', '40', '--regressions', join(refusing.path, 'regressions')];
      const { findings, troubles, exitCode } = await report(args);
      expect(exitCode).toBe(1);
      expect(troubles).toEqual([expect.stringMatching(/^cannot make the folder /)]);
      expect(findings.map(({ file }) => file)).toEqual([
        expect.stringMatching(/^heapspec-finding-[0-9a-f]{8}\.heap$/),
      ]);
      const [{ file = '' }] = findings;
      expect(readFileSync(folder.file(file), 'utf8')).toContain('proven minimal');
    } finally {
      refusing.release();
    }
  });

  test('the disk is full', async () => {
    const disk = smallDisk(256);
    if (disk === undefined) {
      tellWithout('a small disk');
      return;
    }
    try {
      const { troubles, exitCode, counts } = await report(['--corpus', disk.path, '--runs', '100']);
      expect([exitCode, counts.drawn + counts.mutated]).toEqual([3, 100]);
      expect(troubles.join()).toMatch(/no space is left on the device/);
      disk.relent();
      const next = await report(['--corpus', disk.path, '--runs', '5']);
      expect([next.exitCode, next.corpus.ignored]).toEqual([0, []]);
    } finally {
      disk.release();
    }
  });

  test('a pipe that nobody reads', async () => {
    const { code, stderr } = await fuzz(['--runs', '1'], { closedPipe: true });
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('Ctrl-C', () => {
  test('once ends it in good order', async () => {
    const { code, stdout, stderr } = await fuzz(['--time', '5m'], { interrupt: true, interruptAfter: 8000 });
    expect([code, stderr]).toEqual([3, '']);
    expect(stdout).toMatch(/^incomplete: it was interrupted$/m);
    expect(stdout).toMatch(/^goes on: npx heapspec fuzz$/m);
    expect((await report(['--runs', '1'])).notes).toEqual([]);
  });

  test('twice ends it at once', async () => {
    const begun = performance.now();
    const { code } = await fuzz(['--time', '5m'], { interrupt: true, interrupts: 2, interruptAfter: 3000 });
    // Where it had ended its work already, the second one ends it as it ends any process.
    expect([3, -1]).toContain(code);
    expect(performance.now() - begun).toBeLessThan(60_000);
  });
});

test.each([
  [['--shard', '3/2'], /Give which of how many/],
  [['--shard', '0/2'], /Give which of how many/],
  [['--runs', '0'], /whole number/],
  [['--observe', '-'], /Give a file/],
  [['--observe', 'a', '--report', 'json=./a'], /a report would take the place of the observations in a/],
  [['--report', 'json=a', '--report', 'html=./a'], /Another report goes there already/],
  [['--runs', '1', '--time', '1s'], /cannot be used with/],
  [['--heap', 'canary', '--', 'cat'], /--heap names a heap of heapspec/],
  [['--', './no-such-heap'], /there is no program/],
  [['no-such.wasm'], /cannot read no-such\.wasm as a WebAssembly module/],
])('wrong usage: %p', async (args, message) => {
  const { code, stdout, stderr } = await fuzz(args);
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  expect(readdirSync(folder.path)).toEqual([]);
});
