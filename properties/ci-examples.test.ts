import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Job } from 'kubernetes-models/batch/v1';
import { PersistentVolumeClaim } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { heapspec, MAIN } from './command-line.js';
import { run, succeeds } from './processes.js';
import { checkBuild, REPOSITORY } from './repository.js';
import { typeProblems } from './type-problems.js';

jest.setTimeout(300_000);

const WORKFLOW = join(REPOSITORY, 'examples/ci/github-actions.yml');
const MANIFESTS = join(REPOSITORY, 'examples/ci/kubernetes-indexed-job.yaml');

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<'pull-request' | 'night' | 'merge', { readonly steps: readonly Step[] }>>;
}

const workflow = parse(readFileSync(WORKFLOW, 'utf8')) as Workflow;

/** The manifests, as plain data. */
const manifests = parseAllDocuments(readFileSync(MANIFESTS, 'utf8')).map((one) => one.toJSON() as Manifest);

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: JobSpec;
}

interface JobSpec {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly backoffLimitPerIndex?: number;
  readonly podFailurePolicy: { readonly rules: readonly FailureRule[] };
  readonly template: {
    readonly spec: { readonly restartPolicy: string; readonly containers: readonly Container[] };
  };
}

interface FailureRule {
  readonly action: string;
  readonly onExitCodes?: { readonly containerName: string; readonly values: readonly number[] };
}

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

const jobs = manifests.filter(({ kind }) => kind === 'Job');
const jobNamed = (name: string): JobSpec => {
  const job = jobs.find(({ metadata }) => metadata.name === name);
  assert(job, name);
  return job.spec;
};
const containerOf = (name: string): Container => jobNamed(name).template.spec.containers[0];

/** The scripts that run heapspec, by where they stand. */
const scripts: readonly (readonly [name: string, script: string])[] = [
  ...Object.entries(workflow.jobs).flatMap(([job, { steps }]) =>
    steps.flatMap((step) =>
      step.run?.includes('heapspec') ? [[`workflow, ${job}`, step.run] as const] : [],
    ),
  ),
  ...jobs.map(({ metadata: { name } }) => [`manifest, ${name}`, containerOf(name).args.join('\n')] as const),
];

const scriptOf = (name: string): string => {
  const [, script] = scripts.find(([one]) => one === name) ?? [];
  assert(script !== undefined, name);
  return script;
};

/** Lines of the guide that run heapspec. */
const guide = readFileSync(join(REPOSITORY, 'docs/fuzzing.md'), 'utf8')
  .split('\n')
  .filter((line) => /heapspec \w+ .*--\w/.test(line.split(' -- ')[0]))
  .filter((line) => !line.startsWith('again:'))
  .map((line) => ['docs/fuzzing.md', line] as const);

let folder: string;
beforeAll(() => {
  checkBuild();
  folder = mkdtempSync(join(tmpdir(), 'heapspec-ci-'));
  // What `npx heapspec` and an installed `heapspec` would run.
  const main = `"${process.execPath}" "${MAIN}" "$@"\n`;
  writeFileSync(join(folder, 'npx'), `#!/bin/sh\nshift\n${main}`, { mode: 0o755 });
  writeFileSync(join(folder, 'heapspec'), `#!/bin/sh\n${main}`, { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('there is a script for each step that runs heapspec', () => {
  expect(scripts.map(([name]) => name)).toEqual([
    'workflow, pull-request',
    'workflow, night',
    'workflow, merge',
    'manifest, heapspec-fuzz',
    'manifest, heapspec-merge',
  ]);
});

test.each([...scripts, ...guide])('%s: heapspec has all options that it is given', async (_name, script) => {
  const [, command = ''] = /\bheapspec (\w+)/.exec(script) ?? [];
  const { stdout } = await heapspec([command, '--help']);
  // What stands behind -- is for another heap.
  const given = [...script.split(' -- ')[0].matchAll(/(?<=\s)--[a-z-]+/g)].map(([option]) => option);
  expect(given.length).toBeGreaterThan(0);
  for (const option of given) expect(stdout).toMatch(new RegExp(`^ +${option} `, 'm'));
});

describe('the workflow', () => {
  const check = async (file: string): Promise<string[]> =>
    JSON.parse(
      await succeeds(REPOSITORY, 'node', join(REPOSITORY, 'properties/check-workflow.mjs'), file),
    ) as string[];

  test('is one that GitHub takes', async () => {
    expect(await check(WORKFLOW)).toEqual([]);
  });

  test('would not be, with a mistake', async () => {
    const text = readFileSync(WORKFLOW, 'utf8');
    const file = join(folder, 'mistaken.yml');
    for (const [from, to, words] of [
      ['runs-on: ubuntu-latest', 'run-on: ubuntu-latest', "Unexpected value 'run-on'"],
      ['needs: night', 'needs: day', "unknown job 'day'"],
      ['matrix.shard }}/', 'matrix.shard ++ }}/', "Unexpected symbol: '++'"],
    ] as const) {
      assert(text.includes(from), from);
      writeFileSync(file, text.replace(from, to));
      expect((await check(file)).join('\n')).toContain(words);
    }
  });

  test('keeps under one name what it looks for under another', () => {
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const given = (action: string): NonNullable<Step['with']>[] =>
      steps.flatMap((step) => (step.uses?.startsWith(`${action}@`) === true && step.with ? [step.with] : []));
    const [saved, ...others] = given('actions/cache/save');
    expect(others).toEqual([]);
    for (const restored of given('actions/cache/restore')) {
      expect(restored.path).toBe(saved.path);
      const prefix = String(restored['restore-keys']);
      expect(String(saved.key).startsWith(prefix)).toBe(true);
      expect(String(restored.key).startsWith(prefix)).toBe(true);
    }
    const [{ pattern, path }] = given('actions/download-artifact');
    const uploaded = given('actions/upload-artifact').map(({ name }) => String(name));
    expect(uploaded.filter((name) => name.startsWith(String(pattern).replace('*', '')))).toEqual([
      'shard-${{ matrix.shard }}',
    ]);
    expect(scriptOf('workflow, merge')).toContain(`heapspec merge ${String(path)}/*`);
  });

  test('does what it says, with a few programs instead of hours', async () => {
    const cwd = join(folder, 'workflow');
    const fuzz = async (name: string, where: string, shard = 1): Promise<void> => {
      mkdirSync(where, { recursive: true });
      const script = fewPrograms(scriptOf(name))
        .replaceAll('${{ github.run_number }}', '7')
        .replaceAll('${{ matrix.shard }}', String(shard))
        .replaceAll('${{ strategy.job-total }}', '2');
      await bash(where, script);
    };
    await fuzz('workflow, pull-request', join(cwd, 'pull-request'));
    expect(readdirSync(join(cwd, 'pull-request')).sort()).toEqual(['corpus', 'findings.html', 'summary.md']);
    for (const shard of [1, 2]) await fuzz('workflow, night', join(cwd, `shards/shard-${shard}`), shard);
    await bash(cwd, scriptOf('workflow, merge'));
    for (const file of ['report.json', 'summary.md', 'findings.html', 'findings.sarif']) {
      expect(existsSync(join(cwd, file))).toBe(true);
    }
    const { runs } = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')) as {
      runs: { seed: number }[];
    };
    expect(runs.map(({ seed }) => seed)).toEqual([7, 7]);
  });
});

describe('the manifests', () => {
  // The first one knows formats and ranges, the second one names that there are not.
  const problemsOf = ({ kind, ...data }: Manifest): string[] => {
    const isJob = kind === 'Job';
    const from = isJob ? 'kubernetes-models/batch/v1' : 'kubernetes-models/v1';
    const problems = typeProblems({ kind, ...data }, `I${kind}`, from);
    try {
      (isJob ? new Job(data as never) : new PersistentVolumeClaim(data as never)).validate();
    } catch (error) {
      problems.push(String(error));
    }
    return problems;
  };

  test('are such as Kubernetes takes', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'Job', 'Job']);
    expect(manifests.flatMap(problemsOf)).toEqual([]);
  });

  test.each([
    ['completion', { completion: 8 }],
    ['backoffLimitPerIndex', { backoffLimitPerIndex: 'three' }],
    ['template', { template: undefined }],
  ])('would not be, with a mistake: %s', (words, mistake) => {
    const [, fuzz] = manifests;
    const spec = { ...fuzz.spec, ...mistake } as unknown as JobSpec;
    expect(problemsOf({ ...fuzz, spec }).join('\n')).toContain(words);
  });

  test('have a pod for each shard, and try again what did not do its work, and nothing else', () => {
    const { completions, parallelism, backoffLimitPerIndex = 0, template } = jobNamed('heapspec-fuzz');
    const shards = containerOf('heapspec-fuzz').env?.find(({ name }) => name === 'SHARDS')?.value;
    expect([String(completions), String(parallelism)]).toEqual([shards, shards]);
    expect(backoffLimitPerIndex).toBeGreaterThan(0);
    // A policy on failures needs it.
    expect(template.spec.restartPolicy).toBe('Never');
    for (const { metadata, spec } of jobs) {
      const [rule] = spec.podFailurePolicy.rules;
      expect(rule.action).toBe(metadata.name === 'heapspec-fuzz' ? 'FailIndex' : 'FailJob');
      expect(rule.onExitCodes?.values).toEqual([1, 2]);
      expect(rule.onExitCodes?.containerName).toBe(containerOf(metadata.name).name);
    }
  });

  test('do what they say, with a few programs instead of hours', async () => {
    const cwd = join(folder, 'results');
    mkdirSync(cwd);
    expect(containerOf('heapspec-fuzz').command).toEqual(['/bin/sh', '-ec']);
    const script = fewPrograms(scriptOf('manifest, heapspec-fuzz'));
    for (const index of [0, 1]) {
      await bash(cwd, `export SHARDS=2 JOB_COMPLETION_INDEX=${index}\n${script}`, '/bin/sh');
    }
    // One whose pod was moved goes on where it was.
    await bash(cwd, `export SHARDS=2 JOB_COMPLETION_INDEX=1\n${script}`, '/bin/sh');
    await bash(cwd, scriptOf('manifest, heapspec-merge'), '/bin/sh');
    const report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')) as {
      readonly campaign: { readonly runs: number };
      readonly missing: readonly string[];
    };
    expect([report.campaign.runs, report.missing]).toEqual([9, []]);
    expect(existsSync(join(cwd, 'findings.html'))).toBe(true);
  });
});

/** A script that fuzzes for some time, with three programs instead. */
function fewPrograms(script: string): string {
  const [given, ...others] = script.match(/--time "\$\w+"/g) ?? [];
  assert(given !== undefined && others.length === 0, script);
  return script.replace(given, '--runs 3');
}

async function bash(cwd: string, script: string, shell = 'bash'): Promise<void> {
  const { code, stdout, stderr } = await run(cwd, shell, ['-ec', script], `${folder}:`);
  assert.equal(code, 0, `${script}\n${stdout}\n${stderr}`);
}
