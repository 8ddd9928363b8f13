import type { Chance } from './chance.js';
import type { Command } from './program.js';

/** A kind of misuse that every heap refuses before anything changes, so that the program can go on. */
export interface RefusedMisuse<R> {
  readonly name: string;
  /** Draws one; null where it needs something that there is not. */
  readonly draw: (run: R) => Command | null;
  /** Whether it is misuse while objects are being marked, and hardly ever otherwise. */
  readonly marking?: boolean;
}

/** A kind of misuse that the runtime stops at, or may stop at: it is the end of its program. */
export interface FatalMisuse<R> {
  readonly name: string;
  /** Commands that it draws at most. */
  readonly commands: number;
  /** Draws one, behind the commands that prepare it. */
  readonly draw: (run: R) => readonly Command[];
}

/** All kinds of misuse that a program of some kind may have; there is always one that is refused. */
export interface MisuseKinds<R> {
  readonly refused: readonly RefusedMisuse<R>[];
  readonly fatal: readonly FatalMisuse<R>[];
}

/** What one program does wrong: a few kinds of misuse in its course, and often a fatal one at its end. */
export class Misuses<R extends { readonly chance: Chance }> {
  /** Names of the kinds of all misuse so far. */
  readonly names: string[] = [];
  readonly #run: R;
  readonly #all: MisuseKinds<R>;
  /** The kinds of those that are refused. */
  readonly #kinds: readonly RefusedMisuse<R>[];
  /** Share of commands that are misuse. */
  readonly #share: number;
  /** What it ends with; null for any that is refused. */
  readonly #end: FatalMisuse<R> | null;

  /** @param length - commands that the program will have. */
  constructor(run: R, kinds: MisuseKinds<R>, length: number) {
    const { chance } = run;
    this.#run = run;
    this.#all = kinds;
    this.#kinds = Array.from({ length: chance.between(1, 3) }, () => chance.pick(kinds.refused));
    this.#share = chance.pick([0, 1 / 64, 1 / 16, 1 / 4]);
    const fitting = kinds.fatal.filter(({ commands }) => commands <= length);
    const ends = fitting.length > 0 && (this.#share === 0 || chance.happens(1 / 2));
    this.#end = ends ? chance.pick(fitting) : null;
  }

  /** How many commands are left to {@link end}. */
  get reserved(): number {
    return this.#end === null ? 1 : this.#end.commands;
  }

  /** Draws a misuse that the program survives, if it is time for one and there is what it needs. */
  draw(): Command | null {
    const { chance } = this.#run;
    return chance.happens(this.#share) ? this.#drawOne(chance.pick(this.#kinds)) : null;
  }

  /** The same while objects are being marked: half of the time, of a kind that belongs there. */
  drawWhileMarking(): Command | null {
    const { chance } = this.#run;
    if (!chance.happens(1 / 2)) return this.draw();
    const kinds = this.#all.refused.filter(({ marking }) => marking === true);
    return chance.happens(this.#share) ? this.#drawOne(chance.pick(kinds)) : null;
  }

  /** Draws the end of a program. */
  end(): readonly Command[] {
    if (this.#end === null) return [this.#drawAny()];
    this.names.push(this.#end.name);
    return this.#end.draw(this.#run);
  }

  #drawAny(): Command {
    for (;;) {
      const command = this.#drawOne(this.#run.chance.pick(this.#all.refused));
      if (command !== null) return command;
    }
  }

  #drawOne({ name, draw }: RefusedMisuse<R>): Command | null {
    const command = draw(this.#run);
    if (command !== null) this.names.push(name);
    return command;
  }
}
