import { FATAL_MISUSES } from './misuse-fatal.js';
import { REFUSED_MISUSES, type RefusedMisuse } from './misuse-refused.js';
import type { Command } from './program.js';
import type { Run } from './run.js';

const LONGEST_END = Math.max(...FATAL_MISUSES.map(({ commands }) => commands));

/** What one program does wrong: a few kinds of misuse in its course, and often a fatal one at its end. */
export class Misuses {
  /** Names of the kinds of all misuse so far. */
  readonly names: string[] = [];
  readonly #run: Run;
  readonly #kinds: readonly RefusedMisuse[];
  /** Share of commands that are misuse. */
  readonly #share: number;
  readonly #fatal: boolean;

  constructor(run: Run) {
    const { chance } = run;
    this.#run = run;
    this.#kinds = Array.from({ length: chance.between(1, 3) }, () => chance.pick(REFUSED_MISUSES));
    this.#share = chance.pick([0, 1 / 64, 1 / 16, 1 / 4]);
    this.#fatal = this.#share === 0 || chance.happens(1 / 2);
  }

  /** How many of `length` commands are left to {@link end}. */
  reserved(length: number): number {
    return Math.min(length, this.#fatal ? LONGEST_END : 1);
  }

  /** Draws a misuse that the program survives, if it is time for one and there is what it needs. */
  draw(): Command | null {
    const { chance } = this.#run;
    return chance.happens(this.#share) ? this.#drawOne(chance.pick(this.#kinds)) : null;
  }

  /** Draws the end of a program that has room for so many commands: at least 1. */
  end(room: number): readonly Command[] {
    const { chance } = this.#run;
    if (!this.#fatal) return [this.#drawAny()];
    const { name, draw } = chance.pick(FATAL_MISUSES.filter(({ commands }) => commands <= room));
    this.names.push(name);
    return draw(this.#run);
  }

  #drawAny(): Command {
    for (;;) {
      const command = this.#drawOne(this.#run.chance.pick(REFUSED_MISUSES));
      if (command !== null) return command;
    }
  }

  #drawOne({ name, draw }: RefusedMisuse): Command | null {
    const command = draw(this.#run);
    if (command !== null) this.names.push(name);
    return command;
  }
}
