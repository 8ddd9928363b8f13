import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FAULTS } from '../src/faults/index.js';
import { parseProgram } from '../src/programs/index.js';
import type { FuzzReport } from '../src/fuzzing/report.js';
import { spread, type Spread } from './harness.js';

// How much more a campaign does on two cores than on one, whether its memory grows, and how soon it finds what is planted.
// The command itself is run.

/** A campaign on one core, or on all of them. */
export interface FuzzingRow {
  readonly cores: string;
  readonly programs: number;
  readonly operations: number;
  readonly operationsPerSecond: number;
  /** Times as many as on one core. */
  readonly ratio: number;
}

/** The memory of a campaign's process after so many operations. */
export interface FuzzingMemoryRow {
  readonly operations: number;
  /** Resident, in MiB, during the last million of them: it goes up and down as garbage is collected. */
  readonly mebibytes: Spread;
}

/** How a campaign on all cores found a planted fault. */
export interface FuzzingFaultRow {
  readonly fault: string;
  /** From the start of the command to its end, the first finding shrunk and told, in s. */
  readonly seconds: number;
  /** Programs that were run until then, and the commands of the finding; undefined where there is none. */
  readonly programs: number;
  readonly commands: number | undefined;
}

const MAIN = join(import.meta.dirname, '..', 'dist', 'esm', 'cli', 'main.js');

/** New programs: enough for the compilation of the heaps, once for each thread, not to matter much. */
const PROGRAMS = 48_000;

/** Holds a process to one core, where there is such a program. */
const ON_ONE_CORE = ['taskset', '-c', '0'];

const OPERATIONS = [5e6, 10e6, 20e6];

/** Operations before these, during which the memory is looked at each second. */
const LOOKED_AT = 1e6;

/** Runs the same campaign on one core, its own garbage collector and compiler included, and on two threads on all. */
export async function fuzzingRows(): Promise<FuzzingRow[]> {
  const pinned = spawnSync(ON_ONE_CORE[0], [...ON_ONE_CORE.slice(1), 'true']).status === 0;
  const rows: FuzzingRow[] = [];
  for (const jobs of [1, 2]) {
    const prefix = pinned && jobs === 1 ? ON_ONE_CORE : [];
    const { counts, milliseconds } = await inFolder((cwd) => campaign(cwd, jobs, prefix));
    const operationsPerSecond = (counts.operations / milliseconds) * 1000;
    const [first] = rows;
    const ratio = first === undefined ? 1 : operationsPerSecond / first.operationsPerSecond;
    const programs = counts.drawn + counts.mutated;
    const cores = prefix.length > 0 ? 'one core' : `all cores, --jobs ${jobs}`;
    rows.push({ cores, programs, operations: counts.operations, operationsPerSecond, ratio });
  }
  return rows;
}

/** Runs one campaign for long, and looks at its process; none where the system does not tell. */
export async function fuzzingMemoryRows(): Promise<FuzzingMemoryRow[]> {
  if (!existsSync('/proc/self/status')) return [];
  return inFolder(async (cwd) => {
    const child = spawn(process.execPath, [MAIN, 'fuzz', '--time', '24h'], { cwd, stdio: 'ignore' });
    const closed = once(child, 'close');
    const rows: FuzzingMemoryRow[] = [];
    try {
      for (const least of OPERATIONS) {
        const looks: number[] = [];
        let operations = operationsOf(cwd);
        while (operations < least) {
          if (child.exitCode !== null) throw new Error(`the campaign ended with ${child.exitCode}`);
          await new Promise((resolve) => setTimeout(resolve, 1000));
          operations = operationsOf(cwd);
          if (operations >= least - LOOKED_AT) looks.push(residentOf(child.pid));
        }
        rows.push({ operations, mebibytes: spread(looks) });
      }
    } finally {
      child.kill('SIGINT');
      await closed;
    }
    return rows;
  });
}

/** Fuzzes each heap with a planted fault until there is a finding, for a minute at most. */
export async function fuzzingFaultRows(): Promise<FuzzingFaultRow[]> {
  const rows: FuzzingFaultRow[] = [];
  for (const { name } of FAULTS) {
    const options = ['--heap', `fault:${name}`, '--time', '1m', '--max-findings', '1'];
    const begun = performance.now();
    const { counts, findings } = await inFolder((cwd) => fuzz(cwd, options));
    const seconds = (performance.now() - begun) / 1000;
    const program = findings.at(0)?.program;
    const commands = program === undefined ? undefined : parseProgram(program).commands.length;
    rows.push({ fault: name, seconds, programs: counts.drawn + counts.mutated, commands });
  }
  return rows;
}

/** @throws where something is found: what is wrong is not to be timed. */
async function campaign(cwd: string, jobs: number, prefix: readonly string[]): Promise<FuzzReport> {
  const report = await fuzz(cwd, ['--runs', String(PROGRAMS), '--jobs', String(jobs)], prefix);
  if (report.findings.length > 0) throw new Error('heaps without a fault fail: run heapspec fuzz');
  return report;
}

/** @throws where it ends otherwise than well or with findings. */
async function fuzz(
  cwd: string,
  options: readonly string[],
  prefix: readonly string[] = [],
): Promise<FuzzReport> {
  const [command, ...args] = [...prefix, process.execPath, MAIN, 'fuzz', '--json', ...options];
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (child.exitCode !== 0 && child.exitCode !== 1) {
    throw new Error(`the campaign ended with ${child.exitCode}`);
  }
  return JSON.parse(printed) as FuzzReport;
}

/** Operations that the campaign in a folder has counted in its state. */
function operationsOf(cwd: string): number {
  const path = join(cwd, 'corpus', '.campaign', 'both-seed-1', 'lane-0.state.json');
  if (!existsSync(path)) return 0;
  const { counts } = JSON.parse(readFileSync(path, 'utf8')) as { counts: { operations: number } };
  return counts.operations;
}

function residentOf(pid: number | undefined): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

async function inFolder<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
  const path = mkdtempSync(join(tmpdir(), 'heapspec-fuzzing-'));
  try {
    return await work(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}
