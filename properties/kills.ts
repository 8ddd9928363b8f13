import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a process said and how it ended. */
export interface Killed {
  /** Complete lines of its standard output. */
  readonly lines: readonly string[];
  readonly stderr: string;
  /** `SIGKILL`, unless it was faster. */
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/** When a process is killed. */
export interface Kill {
  /** Lines of its standard output that are waited for; by default none. */
  readonly lines?: number;
  /** Time, in ms, after that; left out, it is not killed. */
  readonly after?: number;
}

/** Runs `node` with some arguments, and kills it the way nothing can catch. */
export async function runAndKill(
  args: readonly string[],
  { lines: awaited = 0, after }: Kill = {},
): Promise<Killed> {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const lines: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    if (after !== undefined) timer = setTimeout(() => child.kill('SIGKILL'), after);
  };
  if (awaited === 0) kill();
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (lines.length === awaited) kill();
  });
  const [code, signal] = await closed;
  clearTimeout(timer);
  // What it was about to say when it was killed.
  return { lines: signal === null ? lines : lines.filter(isWhole), stderr, signal, code };
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
