import { madeHandle, renamed, usedHandle } from '../../programs/command-fields.js';
import type { Command, Handle } from '../../programs/index.js';

/** What a handle stands for: a span for objects, a stack, or an object. */
export type HandleKind = 'span' | 'stack' | 'object';

/** How far back the handles are that are preferred: what was made lately is more likely to be alive. */
const LATELY = 8;

/** The kind of what a command makes; undefined where it makes nothing. */
export function kindMade({ op }: Command): HandleKind | undefined {
  switch (op) {
    case 'alloc':
      return 'span';
    case 'allocStack':
      return 'stack';
    case 'malloc':
      return 'object';
    default:
      return undefined;
  }
}

/** The kinds of what a command may use, the likeliest first. */
export function kindsUsed({ op }: Command): readonly HandleKind[] {
  switch (op) {
    case 'free':
      return ['span'];
    case 'freeStack':
      return ['stack'];
    case 'mark':
      return ['object', 'span'];
    default:
      return ['object', 'span', 'stack'];
  }
}

/** The handles that commands have made so far and, as far as commands tell, not freed. */
export class Made {
  /** How many there were, freed ones too. */
  count = 0;
  readonly #live: Readonly<Record<HandleKind, Handle[]>> = { span: [], stack: [], object: [] };

  /** Follows one more command. */
  note(command: Command): void {
    const kind = kindMade(command);
    const made = madeHandle(command);
    if (kind !== undefined && made !== undefined) {
      this.#live[kind].push(made);
      this.count++;
    }
    if (command.op === 'free') this.#forget('span', command.span.handle);
    if (command.op === 'freeStack') this.#forget('stack', command.span.handle);
  }

  /** One of the handles of the first of these kinds that there is, mostly of those made lately; undefined without any. */
  pick(chance: { below(bound: number): number }, kinds: readonly HandleKind[]): Handle | undefined {
    for (const kind of kinds) {
      const live = this.#live[kind];
      if (live.length === 0) continue;
      const reach = chance.below(4) === 0 ? live.length : Math.min(LATELY, live.length);
      return live[live.length - 1 - chance.below(reach)];
    }
    return undefined;
  }

  #forget(kind: HandleKind, handle: Handle | undefined): void {
    if (handle === undefined) return;
    const live = this.#live[kind];
    const index = live.lastIndexOf(handle);
    if (index >= 0) live.splice(index, 1);
  }
}

/** The handles that the commands before an index have made. */
export function madeBefore(commands: readonly Command[], index: number): Made {
  const made = new Made();
  for (let i = 0; i < index; i++) made.note(commands[i]);
  return made;
}

/** The highest handle that commands make; 0 where they make none. */
export function highestHandle(commands: readonly Command[]): Handle {
  return commands.reduce((highest, command) => Math.max(highest, madeHandle(command) ?? 0), 0);
}

/**
 * Commands that are to stand beside those whose handles go up to `highest`: what they make gets handles above, and what
 * else they use stays.
 */
export function withFreshHandles(commands: readonly Command[], highest: Handle): Command[] {
  const fresh = new Map<Handle, Handle>();
  return commands.map((command) => {
    const made = madeHandle(command);
    if (made !== undefined) fresh.set(made, highest + 1 + fresh.size);
    const now = fresh.get(made ?? usedHandle(command) ?? -1);
    return now === undefined ? command : renamed(command, now);
  });
}
