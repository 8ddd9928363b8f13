import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { heapspec, TemporaryFolder, type Ended } from './command-line.js';
import { checkBuild, manifest } from './repository.js';

jest.setTimeout(60_000);

const COMMANDS = ['verify', 'replay', 'record', 'shrink', 'show', 'workload', 'fuzz'];

const PROGRAM = `# heapspec program
s1 = alloc 5 large
s2 = allocStack 3
free s1 dirty
tick 5m
scavenge 1s
`;

/** What no terminal should be sent from a pipe, and nobody from a file. */
const CONTROL = /[^\P{Cc}\n]/u;

let folder: TemporaryFolder;

beforeAll(checkBuild);
beforeEach(() => {
  folder = new TemporaryFolder();
  writeFileSync(folder.file('good.heap'), PROGRAM);
});
afterEach(() => {
  folder.remove();
});

/** Runs it in the folder, and checks what holds of every run: no control characters, no stack. */
async function run(args: readonly string[], input?: string | Uint8Array): Promise<Ended> {
  const ended = await heapspec(args, { cwd: folder.path, ...(input !== undefined && { input }) });
  assert.doesNotMatch(ended.stdout + ended.stderr, CONTROL);
  assert.doesNotMatch(ended.stdout + ended.stderr, /^ +at /m);
  return ended;
}

describe('help', () => {
  test('--version tells the version', async () => {
    assert.deepEqual(await run(['--version']), { code: 0, stdout: `${manifest().version}\n`, stderr: '' });
  });

  test('--help is there for the whole, and for each command with examples', async () => {
    const all = await run(['--help']);
    assert.equal(all.code, 0);
    for (const name of COMMANDS) assert.match(all.stdout, new RegExp(`^  ${name} `, 'm'));
    for (const name of COMMANDS) {
      const { code, stdout } = await run([name, '--help']);
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`Examples:\n  \\$ heapspec ${name} `));
      assert.match(stdout, /Ends with 0:|--at/);
      assert.match(stdout, /--json prints one object/);
    }
  });

  test('no command at all is wrong usage', async () => {
    const { code, stdout, stderr } = await run([]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^Usage: heapspec/);
  });
});

describe('wrong usage ends with 2, and says what would be right', () => {
  test.each([
    [['verfy'], /Did you mean verify\?/],
    [['verify', '--sed', '1'], /Did you mean --seed\?/],
    [['verify', '--seed', 'x'], /whole number from 0 to 4294967295/],
    [['verify', '--runs', '0'], /whole number from 1/],
    [['verify', '--time', '30'], /500ms, 30s, 2m or 1h/],
    [['verify', '--time', '1s', '--runs', '3'], /cannot be used with/],
    [
      ['verify', '--heap', 'optimised'],
      /both, reference, optimized, canary.*, fault:NAME \(did you mean optimized/,
    ],
    [['verify', '--heap', 'split-renews-age'], /did you mean fault:split-renews-age\?/],
    [
      ['show', '--heap', 'fault:split-renew-age'],
      /no such fault \(did you mean fault:split-renews-age\?\).*\n {2}\w/,
    ],
    [['replay'], /missing required argument 'file'/],
    [['replay', '-', '-'], /give "-" once/],
    [['show', 'good.heap', '--at', '-1'], /whole number from 0/],
    [['show', 'good.heap', '--at', '9'], /there are only 5 operations/],
    [['record', 'good.heap', '--json'], /-o FILE/],
    [['shrink', 'good.heap'], /does not fail on reference and optimized/],
    [['\u001b[31mred'], /unknown command/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, message);
  });
});

describe('unreadable input ends with 2, and says where', () => {
  const trace = gzipSync('{"format":"pageheap-trace"');
  const inputs: readonly (readonly [name: string, content: string | Uint8Array, message: RegExp])[] = [
    ['empty', '', /empty is empty/],
    ['blank', ' \n\n', /blank is empty/],
    ['binary', Buffer.from([1, 0, 2]), /is not a trace or a program: it holds bytes/],
    ['latin', Buffer.from([0x23, 0xe4, 0x0a]), /latin:1:2: not text in UTF-8: found the byte 0xe4/],
    ['typo', 's1 = aloc 3\n', /typo:1:6: .*did you mean alloc/],
    ['escape', 's1 = \u001b[31malloc\n', /escape:1:6: expected/],
    ['unbound', 'free s1\n', /unbound:1:6/],
    ['nothing', '# no command\n', /nothing was checked/],
    ['json', '{"op":"alloc"}\n', /json:1/],
    ['cut.gz', trace.subarray(0, 20), /cut\.gz/],
    ['short.gz', trace, /short\.gz:1/],
    [
      'latin.gz',
      gzipSync(Buffer.from([0x0a, 0xfc])),
      /latin\.gz:2:1: not text in UTF-8: found the byte 0xfc/,
    ],
    ['typo.gz', gzipSync('s1 = aloc 3\n'), /typo\.gz:1:6: .*did you mean alloc/],
    ['blank.gz', gzipSync(' \n'), /blank\.gz is empty/],
    ['twice.gz', gzipSync(gzipSync('tick 5')), /twice\.gz is compressed more than once: decompress it first/],
    ['damaged.gz', Buffer.from([0x1f, 0x8b, 9, 9]), /cannot read damaged\.gz: it is damaged gzip data/],
    [
      'cut-program.gz',
      gzipSync(PROGRAM).subarray(0, -9),
      /cannot read cut-program\.gz: it is gzip data that breaks off/,
    ],
    [
      'spaces.gz',
      gzipSync(Buffer.alloc(65 * 2 ** 20, ' ')),
      /spaces\.gz begins with more than 64 MiB of white space/,
    ],
    ['bomb.gz', gzipSync(Buffer.alloc(65 * 2 ** 20, '#')), /bomb\.gz is too long: it has more than 64 MiB/],
  ];

  test('every file gets its line', async () => {
    for (const [name, content] of inputs) writeFileSync(folder.file(name), content);
    const names = [...inputs.map(([name]) => name), 'missing', '.', 'good.heap'];
    const { code, stdout, stderr } = await run(['replay', ...names]);
    assert.equal(code, 2);
    assert.match(stdout, /^ok {2}good\.heap {2}reference, optimized: 5 operations, 6 states/);
    const lines = stderr.trimEnd().split('\n');
    assert.equal(lines.length, names.length - 1, stderr);
    const messages = [...inputs.map(([, , message]) => message), /no such file/, /it is a folder/];
    for (const [index, message] of messages.entries()) assert.match(lines[index], message);
  });

  test.each(['record', 'shrink', 'show'])('%s too', async (command) => {
    for (const [name, content, message] of inputs.slice(3, 6)) {
      writeFileSync(folder.file(name), content);
      const { code, stdout, stderr } = await run([command, name]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, message);
    }
  });
});

describe('a compressed program is read like any other', () => {
  test.each(['good.heap.gz', 'compressed.heap'])('%s', async (name) => {
    const bytes = gzipSync(PROGRAM);
    writeFileSync(folder.file(name), bytes);
    assert.equal((await run(['replay', name])).code, 0);
    assert.equal((await run(['replay', '-'], bytes)).code, 0);
    assert.equal(
      (await run(['show', name])).stdout,
      (await run(['show', 'good.heap'])).stdout.replaceAll('good.heap', name),
    );
    assert.equal((await run(['record', name])).stdout, (await run(['record', 'good.heap'])).stdout);
    assert.match((await run(['shrink', name])).stderr, /does not fail on reference and optimized/);
  });
});

describe('replay', () => {
  test('a program on both heaps, from a file and from standard input', async () => {
    assert.equal((await run(['replay', 'good.heap'])).code, 0);
    const { code, stdout } = await run(['replay', '-'], PROGRAM);
    assert.equal(code, 0);
    assert.match(stdout, /^ok {2}- {2}reference, optimized/);
  });

  test('a divergence ends with 1, shows the program, and the line that shows it again', async () => {
    const { code, stdout } = await run(['replay', '--heap', 'canary', 'missing', 'good.heap']);
    assert.equal(code, 1);
    assert.match(stdout, /^FAILED {2}good\.heap/);
    assert.match(stdout, /free s1 dirty {2}# <-- operation 3/);
    assert.match(stdout, /^again: npx heapspec replay good\.heap --heap canary$/m);
  });

  test('a trace that is not true ends with 1, and names the line', async () => {
    await run(['record', 'good.heap', '-o', 'good.jsonl']);
    const lines = readFileSync(folder.file('good.jsonl'), 'utf8');
    writeFileSync(folder.file('bad.jsonl'), lines.replace('"stacks_inuse":24576', '"stacks_inuse":8192'));
    const { code, stdout } = await run(['replay', 'good.jsonl', 'bad.jsonl']);
    assert.equal(code, 1);
    assert.match(stdout, /^ok {2}good\.jsonl/);
    assert.match(stdout, /^bad\.jsonl:3: reference differs from the trace/m);
  });

  test('a fault that is planted by its name is found beside the reference', async () => {
    const heap = 'fault:reuse-counts-own-pages';
    const { code, stdout } = await run(['replay', '--heap', heap, '-'], 'alloc 1\nfreeOSMemory\nalloc 1\n');
    assert.equal(code, 1);
    assert.match(stdout, /^FAILED {2}- {2}reference, fault:reuse-counts-own-pages: 3 operations/);
    assert.match(stdout, /^breaks alloc\.split\.released: /m);
    assert.match((await run(['verify', '--help'])).stdout, / reuse-counts-own-pages,/);
  });

  test('--json is an object for each file', async () => {
    const { code, stdout } = await run(['replay', '--json', '--heap', 'canary', 'good.heap', 'missing']);
    assert.equal(code, 1);
    const [good, missing] = stdout.trimEnd().split('\n').map(parse);
    assert.deepEqual([good.file, good.ok, good.exitCode, good.operations], ['good.heap', false, 1, 3]);
    assert.equal((good.divergence as { kind: string }).kind, 'state');
    assert.deepEqual([missing.ok, missing.exitCode], [false, 2]);
  });
});

describe('record', () => {
  test.each(['reference', 'optimized'])('what the %s heap does is a trace of both', async (heap) => {
    const recorded = await run(['record', 'good.heap', '--heap', heap, '--states', '1']);
    assert.equal(recorded.code, 0);
    assert.equal(recorded.stdout.trimEnd().split('\n').length, 1 + 5 + 5);
    const { code, stdout } = await run(['replay', '-'], recorded.stdout);
    assert.deepEqual([code, /5 operations, 5 states/.test(stdout)], [0, true]);
  });

  test('a file is written whole, compressed by its name, and never replaced unasked', async () => {
    const first = await run(['record', '-', '-o', 'a.jsonl.gz', '--json'], PROGRAM);
    assert.deepEqual([first.code, parse(first.stdout).steps], [0, 5]);
    const bytes = readFileSync(folder.file('a.jsonl.gz'));
    assert.match(gunzipSync(bytes).toString(), /^{"format":"pageheap-trace"/);

    const again = await run(['record', 'good.heap', '-o', 'a.jsonl.gz']);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /a\.jsonl\.gz exists already.*--force/);
    assert.deepEqual(readFileSync(folder.file('a.jsonl.gz')), bytes);

    assert.equal((await run(['record', 'good.heap', '-o', 'a.jsonl.gz', '--force'])).code, 0);
    const nowhere = await run(['record', 'good.heap', '-o', 'no/a.jsonl']);
    assert.equal(nowhere.code, 3);
    assert.deepEqual([...readdirSync(folder.path)].sort(), ['a.jsonl.gz', 'good.heap']);
  });
});

describe('shrink', () => {
  const LEAST = '# heapspec program\ns1 = alloc 5\nfree s1 dirty\n';

  test('a failing program becomes the least one', async () => {
    const { code, stdout, stderr } = await run(['shrink', '--heap', 'canary', '-'], PROGRAM);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: LEAST });
    assert.match(stderr, /shrunk from 5 to 2 commands in \d+ runs, proven minimal/);
  });

  test('what is written can be replayed and shrunk again', async () => {
    assert.equal((await run(['shrink', '--heap', 'canary', 'good.heap', '-o', 'least.heap'])).code, 0);
    assert(readFileSync(folder.file('least.heap'), 'utf8').endsWith(LEAST));
    const { code, stdout } = await run(['shrink', '--heap', 'canary', 'least.heap', '--json']);
    const { program, commands, before, minimal } = parse(stdout);
    assert.deepEqual([code, program, commands, before, minimal], [0, LEAST, 2, 2, true]);
    assert.equal((await run(['replay', 'least.heap'])).code, 0);
    assert.equal((await run(['replay', 'least.heap', '--heap', 'canary'])).code, 1);
  });
});

describe('show', () => {
  test('a program and its trace look alike', async () => {
    await run(['record', 'good.heap', '-o', 'good.jsonl']);
    const drawings = await Promise.all(
      ['good.heap', 'good.jsonl'].map((name) => run(['show', name, '--at', '4'])),
    );
    const [ofProgram, ofTrace] = drawings.map(({ stdout }) => stdout.slice(stdout.indexOf('\n')));
    assert.equal(ofProgram, ofTrace);
    assert.match(ofProgram, /^ +0x0 {2}F\.\.\.\.SssF\.+$/m);
    assert.match(ofProgram, /^free, 5 pages {4}0x0$/m);
    assert.match(ofProgram, /stacks_inuse +24 KiB/);
  });

  test('--json has the whole state', async () => {
    const { stdout } = await run(['show', 'good.heap', '--at', '2', '--json']);
    const { operation, last, state } = parse(stdout);
    assert.deepEqual([operation, last], [2, 's2 = allocStack 3']);
    assert.equal((state as { spans: unknown[] }).spans.length, 3);
  });

  test('a dead heap is shown with what it died of', async () => {
    const { code, stdout } = await run(['show', '-'], 's1 = alloc 1\nfree s1\nfree s1\nfree s1\n');
    assert.equal(code, 0);
    assert.match(stdout, /after operation 3.*\nIt ended in FatalError: MHeap_FreeSpanLocked/);
  });
});

describe('the world around', () => {
  test('colours are for terminals, or for those who ask', async () => {
    const colours = async (env: Record<string, string>): Promise<boolean> => {
      const { stdout } = await heapspec(['show', folder.file('good.heap')], { env });
      return stdout.includes('\u001b[');
    };
    assert.equal(await colours({}), false);
    assert.equal(await colours({ FORCE_COLOR: '1' }), true);
    assert.equal(await colours({ FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  });

  test('a reader that has gone is no error', async () => {
    for (const command of ['show', 'replay']) {
      const args = [command, folder.file('good.heap')];
      const { code, stderr } = await heapspec(args, { closedPipe: true });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    }
    const { code, stderr } = await heapspec(['record', folder.file('good.heap')], { closedPipe: true });
    assert.deepEqual({ code, stderr }, { code: 3, stderr: '' });
  });

  const full = existsSync('/dev/full') ? test : test.skip;
  full('a full disk is one', async () => {
    const { code, stderr } = await run(['record', 'good.heap', '-o', '/dev/full']);
    assert.equal(code, 3);
    assert.match(stderr, /cannot write \/dev\/full: no space is left/);
  });
});

function parse(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}
