import fc from 'fast-check';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { canaryFuzzFinding, sampleFuzzReport } from '../../../properties/sample-fuzz-report.js';
import { parseProgram, printProgram } from '../../programs/index.js';
import { CorpusFolder, programId } from '../corpus-folder.js';
import type { MergedReport } from '../report.js';
import { mergeCorpora, mergeRegressions, type ShardFolders } from './merge-folders.js';
import { mergeReports } from './merge-reports.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-merging-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const PROGRAMS = [1, 2, 3, 4].map((pages) => `# heapspec program\ns1 = alloc ${pages}\nfree s1 dirty\n`);

const at = (path: string): string => join(folder, path);

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

function shard(name: string, report?: ShardFolders['report']): ShardFolders {
  const folders = { corpus: at(`${name}/corpus`), regressions: at(`${name}/regressions`) };
  return { ...folders, ...(report && { report }) };
}

const idOf = (text: string): string => programId(parseProgram(text));

/** A shard that found a program, which breaks a clause. */
function found(name: string, index: number, text: string, clause = 'free.dirty'): ShardFolders {
  write(`${name}/regressions/${clause}-${name}.heap`, `# by ${name}\n${text}`);
  const program = printProgram(parseProgram(text));
  const finding = canaryFuzzFinding({ program, clauses: [clause] });
  return shard(name, sampleFuzzReport({ shard: { index, count: 3 }, findings: [finding], exitCode: 1 }));
}

function reportOf(shards: readonly ShardFolders[]): MergedReport {
  return mergeReports(shards.flatMap(({ report }) => report ?? []));
}

describe('corpora', () => {
  test('come together, each program once, and stay what they are', () => {
    for (const [name, some] of [
      ['a', PROGRAMS.slice(0, 3)],
      ['b', PROGRAMS.slice(1)],
    ] as const) {
      const corpus = CorpusFolder.open(at(`${name}/corpus`));
      for (const text of some) corpus.add(parseProgram(text));
    }
    write('all/readme.txt', 'mine');
    const before = readdirSync(at('a/corpus'));
    const shards = [shard('a'), shard('b'), shard('none')];
    expect(mergeCorpora(shards, at('all'))).toMatchObject({ programs: 4, added: 4, leftAloneCount: 0 });
    expect(readdirSync(at('all')).sort()).toEqual(
      [...PROGRAMS.map((text) => `${idOf(text)}.heap`), 'readme.txt'].sort(),
    );
    expect(mergeCorpora(shards, at('all'))).toMatchObject({ programs: 4, added: 0 });
    expect(readdirSync(at('a/corpus'))).toEqual(before);
    expect(existsSync(at('none'))).toBe(false);
  });

  test('what is no program is left where it is, and told', () => {
    write('a/corpus/0123456789abcdef.heap', 'half of a prog');
    write('a/corpus/picture.png', '\u0000\u0001');
    const merged = mergeCorpora([shard('a')], at('all'));
    expect(merged).toMatchObject({ programs: 0, added: 0, leftAloneCount: 2 });
    expect(merged.leftAlone.map(({ file }) => file)).toContain(at('a/corpus/picture.png'));
    expect(readdirSync(at('all'))).toEqual([]);
  });
});

describe('regressions', () => {
  test('come together with what is written in them', () => {
    write('a/regressions/mine/first.heap', `# why\n${PROGRAMS[0]}`);
    write('b/regressions/second.heap', PROGRAMS[1]);
    write('b/regressions/same.heap', `# again\n${PROGRAMS[0]}`);
    const merged = mergeRegressions([shard('a'), shard('b'), shard('none')], at('all'));
    expect(merged).toMatchObject({ programs: 2, added: 2, leftOut: 0, unreadable: [] });
    expect(readFileSync(at('all/mine/first.heap'), 'utf8')).toBe(`# why\n${PROGRAMS[0]}`);
    expect(readFileSync(at('all/second.heap'), 'utf8')).toBe(PROGRAMS[1]);
    expect(mergeRegressions([shard('a'), shard('b')], at('all'))).toMatchObject({ programs: 2, added: 0 });
  });

  test('of the same name and another content stay both', () => {
    write('a/regressions/one.heap', PROGRAMS[0]);
    write('b/regressions/one.heap', PROGRAMS[1]);
    mergeRegressions([shard('a'), shard('b')], at('all'));
    const other = `one-${idOf(PROGRAMS[1]).slice(0, 8)}.heap`;
    expect(readdirSync(at('all')).sort()).toEqual([other, 'one.heap'].sort());
    expect(readFileSync(at(`all/${other}`), 'utf8')).toBe(PROGRAMS[1]);
  });

  test('that were found for one defect: the smallest comes in, and what was there stays', () => {
    const longer = `${PROGRAMS[0]}tick 1s\ntick 1s\ntick 1s\ntick 1s\ntick 1s\n`;
    const shards = [
      found('a', 1, `${longer}tick 2s\n`),
      found('b', 2, longer),
      found('c', 3, PROGRAMS[3], 'x'),
    ];
    write('all/old.heap', PROGRAMS[1]);
    const merged = mergeRegressions(shards, at('all'), reportOf(shards));
    expect(merged).toMatchObject({ programs: 3, added: 2, leftOut: 1 });
    expect(readdirSync(at('all')).sort()).toEqual(['free.dirty-b.heap', 'old.heap', 'x-c.heap']);
  });

  test('one is not left out for a program that is nowhere', () => {
    const longer = `${PROGRAMS[0]}tick 1s\n`;
    const shards = [found('a', 1, longer), found('b', 2, PROGRAMS[0])];
    rmSync(at('b/regressions'), { recursive: true });
    expect(mergeRegressions(shards, at('all'), reportOf(shards))).toMatchObject({ added: 1, leftOut: 0 });
  });

  test('that can not be read are told, and others come in', () => {
    write('a/regressions/bad.heap', 'free s1\n');
    write('a/regressions/good.heap', PROGRAMS[0]);
    const merged = mergeRegressions([shard('a')], at('all'));
    expect(merged).toMatchObject({ programs: 1, added: 1 });
    expect(merged.unreadable).toEqual([expect.stringMatching(/a\/regressions\/bad\.heap:1:6: /)]);
  });

  test('which are merged first does not matter', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(sizes, fc.boolean(), (numbers, same) => {
        rmSync(folder, { recursive: true });
        const shards = numbers.map((number, i) => {
          const clause = same ? 'free.dirty' : `clause-${i % 2}`;
          return found(`m${i}`, i + 1, `${PROGRAMS[0]}${'tick 1s\n'.repeat(5 + number)}`, clause);
        });
        const merge = (some: readonly ShardFolders[], into: string): ShardFolders => {
          const report = reportOf(some);
          mkdirSync(at(into), { recursive: true });
          mergeRegressions(some, at(`${into}/regressions`), report);
          return shard(into, report);
        };
        const idsIn = ({ regressions }: ShardFolders): string[] =>
          readdirSync(regressions)
            .map((name) => idOf(readFileSync(join(regressions, name), 'utf8')))
            .sort();
        const [a, b, c] = shards;
        const whole = idsIn(merge(shards, 'whole'));
        expect(idsIn(merge([merge([a, b], 'ab'), c], 'ab-c'))).toEqual(whole);
        expect(idsIn(merge([merge([c, b], 'cb'), a], 'cb-a'))).toEqual(whole);
      }),
      // One program that was found for two defects, one of which a smaller program shows.
      { numRuns: 25, examples: [[[3, 3, 0], false]] },
    );
  });
});
