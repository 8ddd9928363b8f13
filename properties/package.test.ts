import * as heapspec from 'heapspec';
import { transformSync } from 'esbuild';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackedProject } from './packed-project.js';
import { succeeds } from './processes.js';
import { CODE_BLOCKS } from './readme.js';
import { manifest } from './repository.js';

// What users get, in a project like theirs. Starting compilers and test runners takes its time.
jest.setTimeout(120_000);

const TOOLS = ['typescript', 'jest', 'ts-jest', '@types/jest', '@types/node', 'vitest'];

let project: PackedProject;
beforeAll(async () => {
  project = await PackedProject.make(TOOLS);
});
afterAll(() => {
  project.remove();
});

/** Uses the library in each of its parts, the recordings in its package among them. */
const TOUR = `
const program = parseProgram('s1 = alloc 5 large\\nfree s1 dirty\\n');
const report = runLockstep(program, { heaps: [referenceHeap, optimizedHeap], memory: true });
if (report.operations !== 2 || report.divergence) throw new Error(JSON.stringify(report));
if (!runLockstep(program, { heaps: [referenceHeap, canaryHeap] }).divergence) throw new Error('no canary');
const shortest = [...goldenTraces()].sort((a, b) => a.lines - b.lines)[0];
replayTrace(readGoldenTrace(shortest), optimizedHeap).then(({ mismatch, endedBy }) => {
  if (mismatch || !endedBy) throw new Error(JSON.stringify(mismatch));
  console.log(Object.keys(heapspec).sort().join());
});
`;
const NAMES =
  'canaryHeap, goldenTraces, optimizedHeap, parseProgram, readGoldenTrace, referenceHeap, replayTrace, runLockstep';

/** A heap of a user's, which throws the FatalError of the module that it was written for. */
const BRITTLE = `
class Brittle extends ReferenceHeap {
  perform(operation) {
    try {
      return super.perform(operation);
    } catch (error) {
      throw error instanceof FatalError ? new FatalError(error.message) : error;
    }
  }
}
globalThis.brittle = { name: 'brittle', create: (config, host) => new Brittle(config, host) };
globalThis.TheirError = FatalError;
`;

/** Runs that heap beside one of this module, and says in what both ended, and what is a FatalError. */
const meet = (heap: string): string => `
const { FatalError, parseProgram, referenceHeap, runLockstep } = heapspec;
class Special extends FatalError {}
import('./${heap}').then(() => {
  if (TheirError === FatalError) throw new Error('only one module was loaded');
  const program = parseProgram('s1 = alloc 5 large\\nfree s1\\nfree s1\\n');
  const { endedBy, divergence } = runLockstep(program, { heaps: [referenceHeap, brittle] });
  if (divergence) throw new Error(divergence.message);
  const theirs = new TheirError('x');
  console.log(endedBy, theirs instanceof FatalError, theirs instanceof Special, new Error('x') instanceof FatalError);
});
`;

/** Names that the library exports, as the tour prints them. */
const EXPORTS = `${Object.keys(heapspec).sort().join()}\n`;

/** What the README has in TypeScript. */
const README_CODE = CODE_BLOCKS.filter(({ language }) => language === 'ts').map(({ text }) => text);

/** Reads as a program and must compile as one: values, types, and what a user gets wrong. */
const TYPED_TOUR = `
import fc from 'fast-check';
import { assertLockstep, heapPrograms, referenceHeap } from 'heapspec';
import type { Heap, HeapFactory, Invariant, LockstepReport, Operation, Program } from 'heapspec';

const mine: HeapFactory = { name: 'mine', create: (config, host): Heap => referenceHeap.create(config, host) };
const never: Invariant = { name: 'my.never', why: 'It is not so.', check: ({ state }) => (state.clock < 0 ? 'no' : null) };
export const property: fc.IProperty<[Program]> = fc.property(heapPrograms({ maxCommands: 10 }), (program) => {
  const report: LockstepReport = assertLockstep(program, { heaps: [referenceHeap, mine], invariants: [never] });
  if (report.operations > 10) throw new Error('too many');
});
export const operation: Operation = { op: 'tick', ns: 5 };
// @ts-expect-error: there is no such operation
export const wrong: Operation = { op: 'tock', ns: 5 };
// @ts-expect-error: heaps are needed
assertLockstep({} as Program, {});
`;

describe('the packed library', () => {
  test('is imported by an ES module', async () => {
    project.write(
      'tour.mjs',
      `import * as heapspec from 'heapspec';\nconst { ${NAMES} } = heapspec;\n${TOUR}`,
    );
    assert.equal(await succeeds(project.folder, 'node', 'tour.mjs'), EXPORTS);
  });

  test('is required by a CommonJS module', async () => {
    project.write(
      'tour.cjs',
      `const heapspec = require('heapspec');\nconst { ${NAMES} } = heapspec;\n${TOUR}`,
    );
    assert.equal(await succeeds(project.folder, 'node', 'tour.cjs'), EXPORTS);
  });

  test('knows the fatal errors of a heap that was written for its other module', async () => {
    project.write('heap.mjs', `import { FatalError, ReferenceHeap } from 'heapspec';\n${BRITTLE}`);
    project.write('heap.cjs', `const { FatalError, ReferenceHeap } = require('heapspec');\n${BRITTLE}`);
    project.write('esm-in-cjs.cjs', `const heapspec = require('heapspec');\n${meet('heap.mjs')}`);
    project.write('cjs-in-esm.mjs', `import * as heapspec from 'heapspec';\n${meet('heap.cjs')}`);
    const ended = 'MHeap_FreeSpanLocked - invalid span state true false false\n';
    assert.equal(await succeeds(project.folder, 'node', 'esm-in-cjs.cjs'), ended);
    assert.equal(await succeeds(project.folder, 'node', 'cjs-in-esm.mjs'), ended);
  });

  test.each([
    ['NodeNext, in ES modules and in CommonJS', ['mts', 'cts'], { module: 'NodeNext', skipLibCheck: false }],
    ['a bundler', ['ts'], { module: 'ESNext', moduleResolution: 'Bundler' }],
    [
      'classic settings',
      ['ts'],
      { module: 'CommonJS', moduleResolution: 'Node10', ignoreDeprecations: '6.0' },
    ],
  ])('has types for %s', async (name, extensions, settings) => {
    const folder = name.replaceAll(/\W+/g, '-');
    for (const extension of extensions) {
      [TYPED_TOUR, ...README_CODE].forEach((text, i) => project.write(`${folder}/${i}.${extension}`, text));
    }
    const usual = { target: 'ES2022', strict: true, noEmit: true, types: [], skipLibCheck: true };
    const compilerOptions = { ...usual, ...settings };
    project.write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions }));
    await succeeds(join(project.folder, folder), 'node', project.installed('typescript', 'bin/tsc'));
  });

  test.each(README_CODE)('does what the README shows: %#', async (text) => {
    const { code } = transformSync(text, { loader: 'ts', format: 'esm' });
    project.write('readme.mjs', code);
    await succeeds(project.folder, 'node', 'readme.mjs');
  });

  test('has a command line', async () => {
    const main = project.installed('heapspec', 'dist/esm/cli/main.js');
    assert.equal(await succeeds(project.folder, main, '--version'), `${manifest().version}\n`);
  });

  test('holds what its README links to, and no tests', () => {
    const library = project.installed('heapspec');
    const files = readdirSync(library, { recursive: true, encoding: 'utf8' });
    const tests = files.filter((name) => name.endsWith('.test.ts') && !name.startsWith('examples'));
    assert.equal(tests.join(), '');
    for (const [, target] of readFileSync(join(library, 'README.md'), 'utf8').matchAll(/\]\(([^)#:]+)\)/g)) {
      assert(existsSync(join(library, target)), target);
    }
  });
});

describe('the example for', () => {
  test('Jest, with the preset of ts-jest', async () => {
    const folder = project.copy('examples/jest');
    await succeeds(folder, 'node', project.installed('jest', 'bin/jest.js'));
  });

  test('Vitest', async () => {
    const folder = project.copy('examples/vitest');
    await succeeds(folder, 'node', project.installed('vitest', 'vitest.mjs'), 'run');
    await succeeds(folder, 'node', project.installed('typescript', 'bin/tsc'));
  });

  test('conformance of a heap', async () => {
    const folder = project.copy('examples/first-fit');
    await succeeds(folder, 'node', project.installed('vitest', 'vitest.mjs'), 'run');
    await succeeds(folder, 'node', project.installed('typescript', 'bin/tsc'));
  });

  test('node:test', async () => {
    const folder = project.copy('examples/node-test');
    await succeeds(folder, 'node', '--test');
  });

  test.each(['jest', 'vitest', 'node-test', 'first-fit'])(
    '%s asks for the versions that it was tested with',
    (name) => {
      const { dependencies, devDependencies, version: own } = manifest();
      const tested: Record<string, string> = { ...dependencies, ...devDependencies, heapspec: own };
      for (const [dependency, version] of Object.entries(manifest(`examples/${name}`).devDependencies)) {
        assert.equal(version, tested[dependency], dependency);
      }
    },
  );
});
