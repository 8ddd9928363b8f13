import assert from 'node:assert/strict';
import { CLASS_TO_PAGES, DEFAULT_CONFIG } from '../spec/index.js';
import { Chance } from './chance.js';
import { madeHandle, usedHandle } from './command-fields.js';
import { checkedSettings, drawProgram, type HeapProgramsOptions } from './draw-program.js';
import type { GeneratedProgram } from './generate.js';
import { isProgram } from './is-program.js';
import { FATAL_MISUSES } from './misuse-fatal.js';
import { REFUSED_MISUSES } from './misuse-refused.js';
import { PHASES } from './phases.js';
import type { Command } from './program.js';
import { drawRun } from './run.js';
import { PAGE_COMMANDS } from './swarm.js';
import { parseProgram } from './text/parse-program.js';
import { printProgram } from './text/print-program.js';
import { tick } from './time-moves.js';

function generated(count: number, options: HeapProgramsOptions, few = false): GeneratedProgram[] {
  const settings = checkedSettings({ level: 'pages', ...options });
  return Array.from({ length: count }, (_, seed) => drawProgram(new Chance(seed, 1, 2), settings, few));
}

const ORDINARY = generated(400, { maxCommands: 1000, misuse: 0 });
const COMMANDS = ORDINARY.flatMap(({ program }) => program.commands);
const WRONG = generated(1500, { maxCommands: 60, misuse: 1 });

describe('generated programs', () => {
  it('have every command', () => {
    const names = new Set(COMMANDS.map(({ op }) => op));
    assert.deepEqual([...names].sort(), [...PAGE_COMMANDS].sort());
  });

  it('have every phase', () => {
    const names = new Set(ORDINARY.flatMap(({ phases }) => phases));
    assert.deepEqual([...names].sort(), PHASES.map(({ name }) => name).sort());
  });

  it('have lengths of every order of magnitude up to the greatest', () => {
    const lengths = ORDINARY.map(({ program }) => program.commands.length);
    assert.ok(lengths.every((length) => length >= 1 && length <= 1000));
    for (let least = 1; least < 1000; least *= 2) {
      const count = lengths.filter((length) => length >= least && length < 2 * least).length;
      assert.ok(count >= 15, `${count} of ${least} to ${2 * least - 1} commands`);
    }
  });

  it('have a length in every range that may be asked for', () => {
    for (const [minCommands, maxCommands] of [
      [1, 1],
      [1, 2],
      [3, 3],
      [50, 60],
    ]) {
      for (const { program } of generated(200, { minCommands, maxCommands, misuse: 0.5 })) {
        const { length } = program.commands;
        assert.ok(length >= minCommands && length <= maxCommands, `${length} commands`);
      }
    }
    assert.equal(
      generated(1, { minCommands: 10_000, maxCommands: 10_000 })[0].program.commands.length,
      10_000,
    );
  });

  it('are short where few commands are wanted', () => {
    const lengths = generated(200, {}, true).map(({ program }) => program.commands.length);
    assert.ok(Math.max(...lengths) <= 16 && Math.max(...lengths) > 8);
    assert.equal(generated(1, { minCommands: 40, maxCommands: 40 }, true)[0].program.commands.length, 40);
  });

  it('switch commands off, each in its own runs, and never have one that is off', () => {
    for (const name of PAGE_COMMANDS) {
      const without = ORDINARY.filter(({ swarm }) => swarm[name] === 0);
      const often = without.length / ORDINARY.length;
      assert.ok(often > 0.03 && often < 0.6, `${name} is off in ${often}`);
      for (const { program } of without) assert.ok(program.commands.every(({ op }) => op !== name));
    }
  });

  it('are of very different mixtures', () => {
    const long = ORDINARY.filter(({ program }) => program.commands.length >= 200);
    const shares = long.map(({ program }) => {
      const { commands } = program;
      return commands.filter(({ op }) => op === 'query').length / commands.length;
    });
    assert.ok(Math.max(...shares) > 0.2 && Math.min(...shares) < 0.01);
  });
});

describe('generated page counts', () => {
  const counts = new Map<number, number>();
  for (const { npages } of COMMANDS.filter((command) => 'npages' in command)) {
    counts.set(npages as number, (counts.get(npages as number) ?? 0) + 1);
  }

  it('are those at which something changes, again and again', () => {
    for (const npages of [
      1,
      2,
      7,
      8,
      9,
      15,
      16,
      17,
      31,
      32,
      33,
      63,
      64,
      65,
      127,
      128,
      129,
      255,
      256,
      257,
      2 ** 39,
    ]) {
      assert.ok((counts.get(npages) ?? 0) >= 5, `${npages} pages: ${counts.get(npages)}`);
    }
  });

  it('are many others too', () => {
    assert.ok(counts.size > 400);
  });

  it('are those of the size class', () => {
    const small = COMMANDS.filter((command) => command.op === 'alloc' && command.sizeclass !== 0);
    const fitting = small.filter(
      (c) => c.op === 'alloc' && c.npages === CLASS_TO_PAGES[c.sizeclass as number],
    );
    assert.ok(fitting.length > small.length * 0.8 && fitting.length < small.length);
    const classes = new Set(small.map((command) => command.op === 'alloc' && command.sizeclass));
    assert.equal(classes.size, 66);
  });

  it('are exactly what is free, and a page more', () => {
    let exact = 0;
    let more = 0;
    for (const { program } of ORDINARY) {
      const pages = new Map<number, number>();
      let live = 0;
      for (const command of program.commands) {
        if ('npages' in command) {
          const npages = command.npages as number;
          const rest = program.config.arenaPages - live;
          if (live > 0 && npages > 16 && npages === rest) exact++;
          if (live > 0 && npages > 16 && npages === rest + 1) more++;
          if (npages <= rest) {
            live += npages;
            pages.set(command.handle, npages);
          }
        } else if (command.op === 'free' || command.op === 'freeStack') {
          const handle = usedHandle(command) ?? 0;
          live -= pages.get(handle) ?? 0;
          pages.delete(handle);
        }
      }
    }
    assert.ok(exact > 25 && more > 25, `${exact} exact, ${more} more`);
  });

  it('are those of spans freed before, and of two of them together', () => {
    let same = 0;
    let sum = 0;
    for (const { program } of ORDINARY) {
      const pages = new Map<number, number>();
      const freed: number[] = [];
      for (const command of program.commands) {
        if ('npages' in command) {
          const npages = command.npages as number;
          pages.set(command.handle, npages);
          if (npages > 8 && freed.at(-1) === npages) same++;
          if (npages > 8 && (freed.at(-1) ?? 0) + (freed.at(-2) ?? 0) === npages) sum++;
        } else if (command.op === 'free' || command.op === 'freeStack') {
          freed.push(pages.get(usedHandle(command) ?? 0) ?? 0);
        }
      }
    }
    assert.ok(same > 50 && sum > 50, `${same} same, ${sum} sums`);
  });

  it('keep the live spans of a long program few', () => {
    for (const { program } of generated(20, { minCommands: 10_000, maxCommands: 10_000, misuse: 0 })) {
      const live = new Set<number>();
      let most = 0;
      for (const command of program.commands) {
        if (command.op === 'free' || command.op === 'freeStack') live.delete(usedHandle(command) ?? 0);
        const made = madeHandle(command);
        const fits = 'npages' in command && Number(command.npages) <= program.config.arenaPages;
        if (made !== undefined && fits) live.add(made);
        most = Math.max(most, live.size);
      }
      assert.ok(most <= 4200, `${most} live`);
    }
  });
});

describe('generated giants', () => {
  const giant = 2 ** 20;
  const programs = generated(60, { giants: 1, misuse: 0 });

  it('are of equal and of different lengths, several of them live, and with room to be free', () => {
    let equal = 0;
    let different = 0;
    for (const { program } of programs) {
      const { arenaPages } = program.config;
      const asked = program.commands.map((command) => ('npages' in command ? Number(command.npages) : 0));
      const lengths = asked.filter((npages) => npages >= giant && npages <= arenaPages);
      assert.ok(arenaPages >= 4 * giant && program.commands.length >= 128);
      if (new Set(lengths).size > 1) different++;
      if (new Set(lengths).size < lengths.length - 2) equal++;
    }
    assert.ok(equal > 40 && different > 40, `${equal} equal, ${different} different`);
  });

  it('are there only in the share of programs that was asked for, and where the arena may be so long', () => {
    const long = (options: HeapProgramsOptions) =>
      generated(300, { maxCommands: 200, misuse: 0, ...options }).filter(({ program }) =>
        program.commands.some(
          (command) =>
            'npages' in command &&
            Number(command.npages) >= giant / 2 &&
            Number(command.npages) <= program.config.arenaPages,
        ),
      ).length;
    const some = long({ giants: 0.25 });
    assert.ok(some > 50 && some < 100, String(some));
    assert.equal(long({ giants: 0 }), 0);
    assert.equal(long({ giants: 1, maxArenaPages: giant }), 0);
  });
});

describe('generated validity', () => {
  it('makes every handle once and before its use, and all arguments of a shape', () => {
    for (const { program } of [...ORDINARY, ...WRONG]) assert.ok(isProgram(program));
  });

  it('survives printing and parsing', () => {
    for (const { program } of [...ORDINARY.slice(0, 100), ...WRONG.slice(0, 300)]) {
      assert.deepEqual(parseProgram(printProgram(program)), program);
    }
  });

  it('frees nothing twice, and uses nothing freed but to look it up', () => {
    for (const { program } of ORDINARY) {
      const freed = new Set<number>();
      for (const command of program.commands) {
        const handle = usedHandle(command);
        if (handle === undefined || command.op === 'query') continue;
        assert.ok(!freed.has(handle), `s${handle} is used after it was freed`);
        if (command.op === 'free' || command.op === 'freeStack') freed.add(handle);
      }
    }
  });

  it('expects nothing where nothing is misused', () => {
    assert.ok(COMMANDS.every(({ expect }) => expect === undefined));
  });

  it('keeps the clock below 2^53', () => {
    const run = drawRun(new Chance(1, 1, 1), DEFAULT_CONFIG, 10_000);
    run.ledger.tick(2 ** 52);
    for (let i = 0; i < 10_000; i++) tick(run);
    assert.ok(run.ledger.clock > 2 ** 52 && run.ledger.clock < 2 ** 53 - 2 ** 51);
  });
});

describe('generated misuse', () => {
  it('is of every kind', () => {
    const names = new Set(WRONG.flatMap(({ misuses }) => misuses));
    assert.deepEqual(
      [...names].sort(),
      [...REFUSED_MISUSES, ...FATAL_MISUSES].map(({ name }) => name).sort(),
    );
  });

  it('is in the share of programs that was asked for', () => {
    assert.ok(WRONG.every(({ program, misuses }) => misuses.length > 0 && program.commands.some(expects)));
    const some = generated(1000, { maxCommands: 20, misuse: 0.25 }).filter(
      ({ misuses }) => misuses.length > 0,
    );
    assert.ok(some.length > 200 && some.length < 300);
  });

  it('is fatal at the end of a program only', () => {
    for (const { program } of WRONG) {
      const fatal = program.commands.map((command) =>
        command.expect?.some(({ kind }) => kind === 'FatalError'),
      );
      const first = fatal.indexOf(true);
      assert.ok(first === -1 || first >= program.commands.length - 2);
    }
  });

  function expects(command: Command): boolean {
    return command.expect !== undefined;
  }
});
