import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { BreakdownError } from './breakdown-error.js';
import type { Breakdown } from './contract.js';
import { LineReader, Tail } from './line-reader.js';
import { endFamily, newMark } from './process-family.js';

/** How a process is talked to. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Longest line that is taken from it, in bytes. */
  readonly maxLine: number;
}

/** What the process knows of its surroundings: nothing of the user, but the folder in which the user runs it. */
const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };

/** Bytes of its standard error that are kept. */
const TAIL = 4096;

/** Time, in ms, in which what it has written comes through after its end, and in which it ends after it was told to. */
const GRACE = 300;
const PATIENCE_AT_END = 1000;

/** Children that run now: they do not outlive this process. */
const running = new Set<Child>();
process.on('exit', () => {
  for (const child of running) child.kill();
});

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (error: BreakdownError) => void;
}

/**
 * A process that answers each line with a line. It has a group of its own, an environment that tells nothing of the
 * user, and three pipes. When it breaks down it is ended, with all its children that can be found.
 */
export class Child {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly mark = newMark();
  private readonly lines: LineReader;
  private readonly errors = new Tail(TAIL);
  private readonly ended: Promise<void>;
  private waiting: Waiting | undefined;
  private breakdown: Breakdown | undefined;

  constructor({ command, args, maxLine }: ChildOptions) {
    this.lines = new LineReader(maxLine);
    const env = { ...ENVIRONMENT, ...this.mark.environment };
    this.process = spawn(command, args, { detached: true, env, stdio: 'pipe' });
    const { stdin, stdout, stderr } = this.process;
    // What can't be written shows in the end of the process, or in its silence.
    stdin.on('error', () => undefined);
    stdout.on('data', (bytes: Buffer) => this.read(bytes));
    stderr.on('data', (bytes: Buffer) => this.errors.take(bytes));
    stdout.on('end', () => {
      setTimeout(() => this.fail('closed', 'it closed its standard output'), GRACE).unref();
    });
    this.process.on('error', (error) => this.fail('crashed', `it could not be started: ${error.message}`));
    this.ended = new Promise((resolve) => {
      this.process.on('error', () => resolve());
      this.process.on('exit', (code, signal) => {
        resolve();
        const how = signal === null ? `with the exit code ${code}` : `by the signal ${signal}`;
        const fail = (): void => void this.fail('crashed', `it ended ${how}`);
        // Children of its own may hold its standard output open.
        setTimeout(fail, GRACE).unref();
        this.process.on('close', fail);
      });
    });
    running.add(this);
  }

  /**
   * Sends a line and gives the one that it answers.
   *
   * @param patience - Time for the answer, in ms.
   * @throws {@link BreakdownError} where none comes.
   */
  async ask(line: string, patience: number): Promise<string> {
    if (this.breakdown) throw new BreakdownError(this.breakdown);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.waiting = { resolve, reject };
        timer = setTimeout(() => this.fail('timed-out', `it did not answer within ${patience} ms`), patience);
        this.process.stdin.write(`${line}\n`);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Notes how it broke down, ends it, and tells whoever waits for an answer. */
  fail(kind: Breakdown['kind'], what: string): BreakdownError {
    if (this.breakdown === undefined) {
      const { text } = this.errors;
      this.breakdown = {
        kind,
        message: text === '' ? what : `${what}; the end of its standard error: ${text}`,
      };
      this.kill();
    }
    const error = new BreakdownError(this.breakdown);
    this.waiting?.reject(error);
    this.waiting = undefined;
    return error;
  }

  /** Lets it end by itself for a moment, then ends it. */
  async stop(line: string): Promise<void> {
    if (this.breakdown === undefined) {
      this.breakdown = { kind: 'closed', message: 'it was stopped' };
      this.waiting?.reject(new BreakdownError(this.breakdown));
      this.waiting = undefined;
      this.process.stdin.end(`${line}\n`);
      await Promise.race([
        this.ended,
        new Promise((resolve) => setTimeout(resolve, PATIENCE_AT_END).unref()),
      ]);
    }
    this.kill();
    await this.ended;
  }

  /** Ends it at once, with its children. */
  kill(): void {
    // By the second time its number may be another's.
    if (!running.delete(this)) return;
    const { pid, stdin, stdout, stderr } = this.process;
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    if (pid !== undefined) endFamily(pid, this.mark);
  }

  private read(bytes: Buffer): void {
    const lines = this.lines.take(bytes);
    if (lines === 'flood') {
      this.fail('flood', 'it wrote a line without end');
      return;
    }
    if (lines.length === 0 && (this.waiting !== undefined || !this.lines.isWithinLine)) return;
    const { waiting } = this;
    if (waiting === undefined || lines.length > 1 || (lines.length === 1 && this.lines.isWithinLine)) {
      this.fail('nonsense', 'it wrote more than it was asked for');
      return;
    }
    this.waiting = undefined;
    waiting.resolve(lines[0]);
  }
}
