import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { REPOSITORY } from './repository.js';

/** The built command line. */
export const MAIN = join(REPOSITORY, 'dist/esm/cli/main.js');

/** How the command line is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Environment variables, besides PATH alone. */
  readonly env?: Readonly<Record<string, string>>;
  /** What comes on standard input. */
  readonly input?: string | Uint8Array;
  /** Another build than {@link MAIN}. */
  readonly main?: string;
  /** Closes the reading end of its standard output at once. */
  readonly closedPipe?: boolean;
  /** Has it interrupted once it listens to Ctrl-C. */
  readonly interrupt?: boolean;
  /** How many ms later; by default at once. */
  readonly interruptAfter?: number;
  /** How often, one after the other; by default once. */
  readonly interrupts?: number;
  /** A module for it to load first. */
  readonly preload?: string;
}

/** What it left. */
export interface Ended {
  /** -1 where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A module for the process to load first: it tells through file descriptor 3 that Ctrl-C is listened to. */
const TELLS_THAT_IT_LISTENS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('newListener', (event) => {
    if (event === 'SIGINT') setImmediate(() => writeSync(3, 'now'));
  });
`)}`;

/** Runs the command line to its end, outside of any terminal. */
export async function heapspec(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const preload = [
    ...(options.interrupt === true ? ['--import', TELLS_THAT_IT_LISTENS] : []),
    ...(options.preload === undefined ? [] : ['--import', options.preload]),
  ];
  const child = spawn(process.execPath, [...preload, options.main ?? MAIN, ...args], {
    cwd: options.cwd ?? REPOSITORY,
    env: { PATH: process.env.PATH, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  if (options.closedPipe === true) child.stdout.destroy();
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined).end(options.input);
  child.stdio[3]?.once('data', () => {
    for (let time = 0; time < (options.interrupts ?? 1); time++) {
      setTimeout(() => child.kill('SIGINT'), (options.interruptAfter ?? 0) + 100 * time);
    }
  });
  const [code, stdout, stderr] = await Promise.all([
    ended(child),
    textOf(child.stdout),
    textOf(child.stderr),
  ]);
  return { code, stdout, stderr };
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve(code ?? -1);
    });
  });
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Uint8Array[] = [];
  stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  await new Promise((resolve) => stream.on('close', resolve));
  return Buffer.concat(chunks).toString();
}

/** A folder that is taken away again. */
export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'heapspec-cli-'));

  /** The path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Recordings enough for a verification to have all its parts: some in which the canary shows, one with calls in calls. */
const FEW_RECORDINGS = /^(?:throws-oom|throws-double-free|pages-mixed-[039]|interleaved-0)\.|^perl-hash\./;

/** A copy of the build that has recordings of its own. */
export class CopiedBuild extends TemporaryFolder {
  /** Its command line. */
  readonly main = this.file('dist/esm/cli/main.js');

  /** @param recordings - Which it has: a verification of all takes its time. */
  constructor(recordings: 'all' | 'few' | 'none' = 'few') {
    super();
    cpSync(join(REPOSITORY, 'dist/esm'), this.file('dist/esm'), { recursive: true });
    cpSync(join(REPOSITORY, 'package.json'), this.file('package.json'));
    symlinkSync(join(REPOSITORY, 'node_modules'), this.file('node_modules'));
    if (recordings === 'all') symlinkSync(join(REPOSITORY, 'golden'), this.file('golden'));
    if (recordings === 'few') for (const folder of ['golden', 'golden/workloads']) this.#copyFew(folder);
  }

  #copyFew(folder: string): void {
    const index = readFileSync(join(REPOSITORY, folder, 'index.json'), 'utf8');
    const few = (JSON.parse(index) as { name: string }[]).filter(({ name }) => FEW_RECORDINGS.test(name));
    assert(few.length > 0, `${folder} has none of those recordings`);
    mkdirSync(this.file(folder));
    writeFileSync(this.file(`${folder}/index.json`), JSON.stringify(few));
    for (const { name } of few) cpSync(join(REPOSITORY, folder, name), this.file(`${folder}/${name}`));
  }
}

/** A copy of the build in which one text stands instead of another. */
export class ChangedBuild extends CopiedBuild {
  /**
   * @param file - In `dist/esm`.
   * @param recordings - Which it has.
   */
  constructor(file: string, from: string, to: string, recordings?: 'all' | 'few' | 'none') {
    super(recordings);
    const changed = this.file(join('dist/esm', file));
    const source = readFileSync(changed, 'utf8');
    assert(source.includes(from), `${file} has no ${from}`);
    writeFileSync(changed, source.replace(from, to));
  }
}
