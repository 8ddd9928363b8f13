import { cloneMethod, oneof, type Arbitrary, type Command as ModelCommand } from 'fast-check';
import { MAX_REQUEST_PAGES } from '../spec/index.js';
import {
  allocationDrafts,
  freeDrafts,
  queryDrafts,
  recordDrafts,
  stackDrafts,
  timeDrafts,
  type Draft,
  type ModelView,
} from './drafts.js';
import type { HeapModel, PerformingHeap } from './heap-model.js';
import { cacheDrafts, cycleDrafts, objectAddressDrafts, objectDrafts } from './object-drafts.js';
import { checkOptions, NUMBER, TEXT } from './options.js';
import type { Command, Handle } from './program.js';
import { printCommand } from './text/print-program.js';

/** What {@link heapCommands} draws from. */
export interface HeapCommandsOptions {
  /**
   * What the commands are about: `pages`, spans, the default; or `objects` with the cycles of the collector, and stacks.
   * They don't mix: a span that was allocated as such must not live through a cycle.
   */
  readonly level?: 'pages' | 'objects';
  /** Most pages that an allocation asks for: 1 to 2^39; by default 256. */
  readonly maxPages?: number;
}

/**
 * The vocabulary of programs as commands for `fc.commands` and `fc.modelRun`, to test a heap of one's own: anything
 * with the method `perform` of a {@link PerformingHeap}. There are three arbitraries, as likely as each other: of
 * allocations, of frees, and of everything else; about objects, of allocations, of cycles, and of everything else.
 *
 * A command finds the span or the object that it works on when it runs, so that it stays meaningful when fast-check takes others
 * away. Each run needs a new {@link HeapModel}. The programs of `heapPrograms` are drawn with more knowledge and shrink
 * further; the advantage of these commands is that others can stand among them.
 *
 * @example
 * ```ts
 * const config = heapConfig({ arenaPages: 1024 });
 * const commands = fc.commands(heapCommands(), { maxCommands: 200, size: 'max' });
 * fc.assert(
 *   fc.property(commands, (commands) => {
 *     fc.modelRun(() => ({ model: new HeapModel(config), real: new MyHeap(config) }), commands);
 *   }),
 * );
 * ```
 *
 * `new HeapModel(config, expected)` also wants all results to be those of the heap `expected`.
 *
 * @throws RangeError where an option is out of its range.
 * @throws TypeError where one is unknown or of the wrong kind.
 */
export function heapCommands(options: HeapCommandsOptions = {}): Arbitrary<HeapCommand>[] {
  checkOptions<HeapCommandsOptions>('heapCommands', options, { level: TEXT, maxPages: NUMBER });
  const { level = 'pages', maxPages = 256 } = options;
  if (level !== 'pages' && level !== 'objects') {
    throw new RangeError(`level must be pages or objects, not ${String(level)}`);
  }
  if (!Number.isInteger(maxPages) || maxPages < 1 || maxPages > MAX_REQUEST_PAGES) {
    throw new RangeError(`maxPages must be an integer from 1 to ${MAX_REQUEST_PAGES}, not ${maxPages}`);
  }
  const drafts = level === 'pages' ? pageDrafts(maxPages) : draftsOfObjects(maxPages);
  return drafts.map((arbitrary) => arbitrary.map((draft) => new HeapCommand(draft)));
}

function pageDrafts(maxPages: number): Arbitrary<Draft>[] {
  return [allocationDrafts(maxPages), freeDrafts(), oneof(timeDrafts(), queryDrafts(), recordDrafts())];
}

function draftsOfObjects(maxPages: number): Arbitrary<Draft>[] {
  const stacks = oneof(stackDrafts(maxPages), freeDrafts());
  const others = oneof(timeDrafts(), queryDrafts(), objectAddressDrafts(), cacheDrafts(), stacks);
  return [objectDrafts(maxPages), cycleDrafts(), others];
}

/** A command of {@link heapCommands}. */
export class HeapCommand implements ModelCommand<HeapModel, PerformingHeap> {
  readonly #draft: Draft;
  #command: Command | null = null;
  #objects: ReadonlySet<Handle> = new Set();

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Whether there is something that it can work on. */
  check(model: ModelView): boolean {
    return this.#draft(model) !== null;
  }

  /**
   * Performs it on the heap under test.
   *
   * @throws Error where the result is wrong.
   */
  run(model: HeapModel, real: PerformingHeap): void {
    this.#command = this.#draft(model);
    this.#objects = model.objects;
    if (this.#command !== null) model.perform(this.#command, real);
  }

  /** The command as it stands in the text of a program, once it has run. */
  toString(): string {
    return this.#command === null ? '(not run)' : printCommand(this.#command, this.#objects);
  }

  /** Each run has commands of its own: shrinking must not change what the counterexample says. */
  [cloneMethod](): HeapCommand {
    return new HeapCommand(this.#draft);
  }
}
