import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { goldenTraces, INVARIANTS, SHAPES } from 'heapspec';
import { run } from './processes.js';
import { CODE_BLOCKS, INLINE_CODE, README } from './readme.js';
import { checkBuild, manifest, REPOSITORY } from './repository.js';

jest.setTimeout(120_000);

/** All documents that this repository has of its own. */
function documents(): string[] {
  const roots = ['.', 'docs', 'examples', 'golden', 'src'];
  return roots.flatMap((root) =>
    readdirSync(join(REPOSITORY, root), { recursive: root !== '.', encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(root, name)),
  );
}

describe('every link leads somewhere', () => {
  test.each(documents())('%s', (name) => {
    const text = readFileSync(join(REPOSITORY, name), 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
    for (const target of links.filter((link) => !/^https?:/.test(link))) {
      const [file, anchor] = target.split('#');
      const path = file === '' ? join(REPOSITORY, name) : join(REPOSITORY, dirname(name), file);
      assert(existsSync(path), target);
      if (anchor !== undefined) assert(anchors(readFileSync(path, 'utf8')).includes(anchor), target);
    }
  });
});

function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the README', () => {
  test('names scripts and files that exist', () => {
    const { scripts, version } = manifest();
    const code = [...INLINE_CODE, ...CODE_BLOCKS.map(({ text }) => text)].join('\n');
    const named = [...code.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script);
    assert(named.includes('verify'));
    for (const script of [...named, 'test']) assert(Object.hasOwn(scripts, script), script);
    for (const path of INLINE_CODE.filter((text) => /^(?:src|golden|properties)\/[\w./-]+$/.test(text))) {
      assert(existsSync(join(REPOSITORY, path)), path);
    }
    const archives = [...code.matchAll(/heapspec-[\d.]+\.tgz/g)].map(([name]) => name);
    assert.deepEqual(new Set(archives), new Set([`heapspec-${version}.tgz`]));
  });

  test('counts the lines of the recordings', () => {
    const rows = [...README.matchAll(/^\| `([a-z-]+?)(?:-\*|-\d+)`.*? \| ([\d,]+) \|/gm)];
    const counted = Object.fromEntries(
      rows.map(([, name, lines]) => [name, Number(lines.replaceAll(',', ''))]),
    );
    const actual: Record<string, number> = {};
    for (const { name, lines } of goldenTraces()) {
      const group = Object.keys(counted).find((start) => name.startsWith(`${start}-`));
      assert(group, `${name} is not in the README`);
      actual[group] = (actual[group] ?? 0) + lines;
    }
    assert.deepEqual(counted, actual);
  });

  test('counts recordings, shapes and invariants', () => {
    const counted = [/(\d+) runs of the Go/, /counts (\d+) \*shapes\*/, /(\d+) \*invariants\*/].map((count) =>
      Number(count.exec(README)?.[1]),
    );
    assert.deepEqual(counted, [goldenTraces().length, SHAPES.length, INVARIANTS.length]);
  });

  describe('has commands that do what it says', () => {
    let folder: string;
    beforeAll(() => {
      checkBuild();
      folder = mkdtempSync(join(tmpdir(), 'heapspec-readme-'));
      symlinkSync(join(REPOSITORY, 'golden'), join(folder, 'golden'));
      // What a user's `npx heapspec` would run; it notes how each run ended.
      const main = join(REPOSITORY, 'dist/esm/cli/main.js');
      const npx = `#!/bin/sh\nshift\n"${process.execPath}" "${main}" "$@"\necho $? >>"${folder}/codes"\n`;
      writeFileSync(join(folder, 'npx'), npx, { mode: 0o755 });
    });
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(commands())('$title', async ({ script, output }) => {
      const { stdout, stderr } = await run(folder, 'bash', ['-c', script], `${folder}:`);
      const said = `${stderr}${stdout}`;
      const codes = existsSync(join(folder, 'codes'))
        ? readFileSync(join(folder, 'codes'), 'utf8').trim()
        : '';
      rmSync(join(folder, 'codes'), { force: true });
      // 1 says that a heap was found to be wrong, and the canary is.
      assert.match(
        codes,
        script.includes('replay') && script.includes('canary') ? /^1$/ : /^(?:0\n?)*$/,
        said,
      );
      if (output !== undefined) assert(timeless(said).includes(timeless(output)), `it says:\n${said}`);
    });
  });
});

interface ReadmeCommand {
  readonly title: string;
  readonly script: string;
  /** What the README says that it prints: all of it, or a part. */
  readonly output?: string;
}

/** What the README has a user type, in its order, but for what begins with npm. */
function commands(): ReadmeCommand[] {
  const blocks = CODE_BLOCKS.flatMap(({ language, text }, index): ReadmeCommand[] => {
    if (language !== 'sh' || text.startsWith('npm ')) return [];
    const command = { title: text.split('\n')[0], script: text };
    const next = CODE_BLOCKS.at(index + 1);
    return [next?.language === 'text' ? { ...command, output: next.text } : command];
  });
  const inline = INLINE_CODE.filter(
    (text) => /^npx heapspec .*\./.test(text) || /^npx heapspec verify /.test(text),
  );
  return [...blocks, ...inline.map((script) => ({ title: script, script }))];
}

/** Durations differ from run to run. */
function timeless(text: string): string {
  return text.replaceAll(/\d+(?:\.\d+)? m?s\b/g, '… s');
}
