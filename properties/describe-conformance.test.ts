import { join } from 'node:path';
import { PackedProject } from './packed-project.js';
import { run } from './processes.js';

// The tests of `describeConformance` in the test runners of users. Those of a heap that conforms are in the examples.

jest.setTimeout(120_000);

let project: PackedProject;
beforeAll(async () => {
  project = await PackedProject.make(['typescript', 'jest', 'ts-jest', '@types/jest', 'vitest']);
});
afterAll(() => {
  project.remove();
});

const LIBRARY = `import { canaryHeap, describeConformance } from 'heapspec';\n`;

/** The canary, which breaks a clause, and another one that it does not claim. */
const tests = (runner: string): string => `
describeConformance('the canary', canaryHeap, {
  clauses: [
    { id: 'free.dirty', profile: 'structure', example: 's1 = alloc 5\\nfree s1 dirty' },
    { id: 'free.needzero', profile: 'structure', example: 's1 = alloc 4\\nfree s1 dirty' },
    { id: 'malloc', profile: 'safety', example: 'o1 = malloc 5' },
  ],
  profile: 'structure',
  level: 'pages',
  runs: 20,
  traces: false,
  ${runner}
});
`;

const GIVEN = 'runner: { describe, test },';

interface Runner {
  readonly file: string;
  readonly text: string;
  readonly command: () => string[];
  /** What it prints of three tests of clauses and one of all else, with its colours off. */
  readonly passed: RegExp;
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  Jest: {
    file: 'canary.test.ts',
    text: `${LIBRARY}${tests('')}`,
    command: () => [project.installed('jest', 'bin/jest.js'), '--preset', 'ts-jest'],
    passed: /Tests: +1 failed, 3 passed, 4 total/,
  },
  Vitest: {
    file: 'canary.test.ts',
    text: `${LIBRARY}import { describe, test } from 'vitest';\n${tests(GIVEN)}`,
    command: () => [project.installed('vitest', 'vitest.mjs'), 'run'],
    passed: /Tests +1 failed \| 2 passed \| 1 skipped \(4\)/,
  },
  'Vitest, with its globals': {
    file: 'canary.test.ts',
    text: `${LIBRARY}${tests('')}`,
    command: () => [project.installed('vitest', 'vitest.mjs'), 'run', '--globals'],
    passed: /Tests +1 failed \| 2 passed \| 1 skipped \(4\)/,
  },
  'node:test': {
    file: 'canary.test.mjs',
    text: `${LIBRARY}import { describe, test } from 'node:test';\n${tests(GIVEN)}`,
    command: () => ['--test', '--test-reporter', 'tap'],
    passed: /# tests 4\n(?:.*\n)*# pass 2\n# fail 1\n(?:.*\n)*# skipped 1\n/,
  },
};

test.each(Object.keys(RUNNERS))('a heap that breaks a clause fails its test under %s', async (name) => {
  const { file, text, command, passed } = RUNNERS[name];
  const folder = name.replaceAll(/\W+/g, '-');
  project.write(`${folder}/package.json`, '{}');
  project.write(join(folder, file), text);
  const { code, stdout, stderr } = await run(join(project.folder, folder), 'node', command());
  const printed = `${stdout}${stderr}`;
  expect(code).toBe(1);
  expect(printed).toMatch(passed);
  for (const line of [
    'free.dirty: failed',
    'breaks free.dirty',
    'spans[@0].needzero',
    'free s1 dirty  # <-- operation 2',
    'nothing smaller fails',
    'again: checkConformance(implementation, { programs: [parseProgram(',
  ]) {
    expect(printed).toContain(line);
  }
});
