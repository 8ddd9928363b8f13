import { BreakdownError } from './breakdown-error.js';
import { Child } from './child.js';
import type { Answer, Case, CaseResult, Declaration, Implementation } from './contract.js';
import {
  NonsenseError,
  parseLine,
  readRan,
  readStarted,
  runMessage,
  startMessage,
  stopMessage,
  WrongVersionError,
} from './protocol.js';
import { messageSchemas, type MessageSchemas } from './schemas.js';

/** How an implementation that is a process is run. */
export interface ProcessOptions {
  /** The program: a path, or a name that is looked up on a standard path. */
  readonly command: string;
  readonly args?: readonly string[];
  /** Time, in ms, for the answer to one message; by default 10 seconds. */
  readonly timeout?: number;
  /** Longest line that is taken from it, in bytes; by default 64 MiB. */
  readonly maxLine?: number;
  /** Whether all messages, of both sides, are checked against their schemas; by default only what is needed is. */
  readonly validate?: boolean;
}

const TEN_SECONDS = 10_000;
const MAX_LINE = 64 * 2 ** 20;

/**
 * An implementation in a process of its own, which speaks JSON lines on its standard input and output. When it breaks
 * down it is ended, with all its children, and started anew for the next case.
 */
export class ProcessImplementation implements Implementation {
  private readonly options: Required<ProcessOptions>;
  private child: Child | undefined;
  private batch = 0;
  private schemas: MessageSchemas | undefined;

  constructor({
    args = [],
    timeout = TEN_SECONDS,
    maxLine = MAX_LINE,
    validate = false,
    command,
  }: ProcessOptions) {
    this.options = { command, args, timeout, maxLine, validate };
  }

  /** @throws {@link BreakdownError} where it can't be started, or does not say what it claims. */
  async start(): Promise<Declaration> {
    if (this.options.validate) this.schemas ??= messageSchemas();
    const child = new Child(this.options);
    this.child = child;
    return this.converse(child, startMessage(), readStarted);
  }

  async run(test: Case): Promise<CaseResult> {
    try {
      if (this.child === undefined) await this.start();
      return { answers: await this.runOn(this.child, test) };
    } catch (error) {
      if (!(error instanceof BreakdownError)) throw error;
      await this.stop();
      return { answers: [], breakdown: error.breakdown };
    }
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    await child?.stop(stopMessage());
  }

  private async runOn(child: Child | undefined, test: Case): Promise<readonly Answer[]> {
    if (child === undefined) throw new Error('the implementation was stopped while it was started');
    const batch = ++this.batch;
    return this.converse(child, runMessage(batch, test), (reply) => readRan(reply, batch, test.calls));
  }

  private async converse<T>(child: Child, message: string, read: (reply: unknown) => T): Promise<T> {
    this.schemas?.requireRequest(JSON.parse(message));
    const line = await child.ask(message, this.options.timeout);
    try {
      const reply = parseLine(line);
      // What it claims first of all is the version, without which nothing else counts.
      const result = read(reply);
      this.schemas?.requireReply(reply);
      return result;
    } catch (error) {
      if (error instanceof WrongVersionError) throw child.fail('wrong-version', error.message);
      if (error instanceof NonsenseError) throw child.fail('nonsense', error.message);
      throw error;
    }
  }
}
