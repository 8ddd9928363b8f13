import assert from 'node:assert/strict';
import { CLASS_TO_SIZE, PAGE_SIZE } from '../../spec/index.js';
import { Chance } from '../chance.js';
import { COMMAND_NAMES, usedHandle } from '../command-fields.js';
import { checkedSettings, drawProgram, type HeapProgramsOptions } from '../draw-program.js';
import type { GeneratedProgram } from '../generate.js';
import { isProgram } from '../is-program.js';
import { turnsOf, type Turn } from '../nesting.js';
import type { Command, Program } from '../program.js';
import { PAGE_COMMANDS } from '../swarm.js';
import { parseProgram } from '../text/parse-program.js';
import { printProgram } from '../text/print-program.js';
import { FATAL_OBJECT_MISUSES } from './misuse-fatal.js';
import { REFUSED_OBJECT_MISUSES } from './misuse-refused.js';
import { MUTATOR_COMMANDS } from './object-run.js';

function generated(count: number, options: HeapProgramsOptions): GeneratedProgram[] {
  const settings = checkedSettings({ level: 'objects', ...options });
  return Array.from({ length: count }, (_, seed) => drawProgram(new Chance(seed, 3, 4), settings, false));
}

const ORDINARY = generated(600, { maxCommands: 1000, misuse: 0 });
const COMMANDS = ORDINARY.flatMap(({ program }) => program.commands);
const WRONG = generated(1500, { maxCommands: 100, misuse: 1 });
const LONG = ORDINARY.filter(({ program }) => program.commands.length >= 200);

function countOf(commands: readonly Command[], op: Command['op']): number {
  return commands.filter((command) => command.op === op).length;
}

describe('programs with objects', () => {
  it('have every command that programs of spans do not have, and no heap span of their own', () => {
    const names = new Set(COMMANDS.map(({ op }) => op));
    const both = new Set([...names, ...PAGE_COMMANDS]);
    assert.deepEqual([...both].sort(), [...COMMAND_NAMES].sort());
    assert.ok(!names.has('alloc') && !names.has('free'));
  });

  it('have every stretch and every rule of survival', () => {
    const names = new Set(ORDINARY.flatMap(({ phases }) => phases));
    const stretches = [
      'mix',
      'focus',
      'tiny',
      'large',
      'idle',
      'sweep',
      'cut records',
      'crowd',
      'contest',
      'exhaust',
    ];
    const survivals = ['all', 'none', 'chance', 'young', 'old', 'runs', 'windows', 'most', 'one a span'];
    assert.deepEqual([...names].sort(), [...stretches, ...survivals].sort());
  });

  it('have lengths of every order of magnitude, and in every range that may be asked for', () => {
    for (let least = 1; least < 1000; least *= 2) {
      const count = ORDINARY.filter(
        ({ program: { commands } }) => commands.length >= least && commands.length < 2 * least,
      );
      assert.ok(count.length >= 20, `${count.length} of ${least} to ${2 * least - 1} commands`);
    }
    for (const [minCommands, maxCommands] of [
      [1, 1],
      [1, 2],
      [3, 3],
      [50, 60],
      [10_000, 10_000],
    ]) {
      for (const { program } of generated(maxCommands > 60 ? 2 : 100, {
        minCommands,
        maxCommands,
        misuse: 0.5,
      })) {
        assert.ok(program.commands.length >= minCommands && program.commands.length <= maxCommands);
      }
    }
  });

  it('are programs, and are read back from their text', () => {
    for (const { program } of [...ORDINARY, ...WRONG]) assert.ok(isProgram(program));
    for (const { program } of [...ORDINARY.slice(0, 100), ...WRONG.slice(0, 300)]) {
      assert.deepEqual(parseProgram(printProgram(program)), program);
    }
  });

  it('expect nothing where nothing is misused', () => {
    assert.ok(COMMANDS.every(({ expect }) => expect === undefined));
  });

  it('switch commands off, each in its own runs, and never have one that is off', () => {
    for (const name of MUTATOR_COMMANDS) {
      const without = ORDINARY.filter(({ swarm }) => swarm[name] === 0);
      const often = without.length / ORDINARY.length;
      assert.ok(name === 'malloc' ? often === 0 : often > 0.1 && often < 0.5, `${name} is off in ${often}`);
      for (const { program } of without) assert.equal(countOf(program.commands, name), 0);
    }
  });
});

describe('cycles', () => {
  it('are several in a long program, and consist of a start, marks and an end', () => {
    const cycles = LONG.map(({ program }) => countOf(program.commands, 'gcEnd')).sort((a, b) => a - b);
    assert.ok(cycles[cycles.length >> 1] >= 5, `median ${cycles[cycles.length >> 1]}`);
    for (const { program } of ORDINARY) {
      let marking = false;
      for (const { op } of program.commands) {
        if (op === 'gcStart') assert.ok(!marking);
        if (op === 'mark' || op === 'gcEnd') assert.ok(marking);
        if (op === 'gcStart' || op === 'gcEnd') marking = op === 'gcStart';
        // The rule of phases: nothing goes from stack to free.
        if (op === 'freeStack') assert.ok(!marking);
      }
    }
  });

  it('end at once, soon, late and hardly ever', () => {
    const distances = COMMANDS.flatMap((command) =>
      command.op === 'gcEnd' ? [Number(command.heapDistance)] : [],
    );
    const share = (holds: (distance: number) => boolean): number =>
      distances.filter(holds).length / distances.length;
    for (const exact of [1, 8191, 8192, 8193, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
      assert.ok(share((d) => d === exact) > 0.01);
    }
    assert.ok(share((d) => d === 0) > 0.15 && share((d) => d === 0) < 0.4);
    for (let power = 14; power < 22; power++) {
      assert.ok(share((d) => d >= 2 ** power && d < 2 ** (power + 1)) > 0.01, `2^${power}`);
    }
  });

  it('leave everything, nothing, and any share of it', () => {
    const shares = LONG.flatMap(({ program }) => survivalShares(program));
    assert.ok(shares.filter((share) => share === 1).length > shares.length / 50);
    assert.ok(shares.filter((share) => share === 0).length > shares.length / 20);
    for (let low = 0; low < 1; low += 0.2) {
      const count = shares.filter((share) => share > low && share < low + 0.2).length;
      assert.ok(count > shares.length / 100, `${count} between ${low} and ${low + 0.2}`);
    }
  });

  /** For each cycle that ends, the share of the objects before it that were marked. */
  function survivalShares({ commands }: Program): number[] {
    const shares: number[] = [];
    let live = new Set<number>();
    let before = 0;
    let marked = new Set<number>();
    let young = new Set<number>();
    for (const command of commands) {
      if (command.op === 'gcStart') [before, marked, young] = [live.size, new Set(), new Set()];
      if (command.op === 'malloc') {
        live.add(command.handle);
        young.add(command.handle);
      }
      if (command.op === 'mark') marked.add(usedHandle(command) ?? 0);
      if (command.op !== 'gcEnd') continue;
      if (before >= 10) shares.push([...marked].filter((handle) => !young.has(handle)).length / before);
      live = new Set([...marked, ...young]);
    }
    return shares;
  }

  it('are mutated between their marks', () => {
    const inside = new Set<string>();
    for (const { program } of ORDINARY) {
      let marking = false;
      for (const { op } of program.commands) {
        if (op === 'gcStart' || op === 'gcEnd') marking = op === 'gcStart';
        else if (marking) inside.add(op);
      }
    }
    const never = MUTATOR_COMMANDS.filter((name) => !inside.has(name));
    assert.deepEqual(never, ['freeStack']);
  });
});

describe('objects', () => {
  const counts = new Map<number, number>();
  for (const command of COMMANDS) {
    if (command.op === 'malloc') {
      counts.set(Number(command.size), (counts.get(Number(command.size)) ?? 0) + 1);
    }
  }

  it('have the sizes at which something changes, again and again', () => {
    const bounds = [...CLASS_TO_SIZE.slice(1), 128 * PAGE_SIZE].flatMap((size) => [size - 1, size, size + 1]);
    for (const size of [...bounds, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 127 * PAGE_SIZE, 129 * PAGE_SIZE]) {
      assert.ok((counts.get(size) ?? 0) >= 3, `${size} bytes: ${counts.get(size)}`);
    }
  });

  it('are huge at times', () => {
    const sizes = [...counts.keys()];
    assert.ok(sizes.filter((size) => size > 2 ** 20).length > 50);
    assert.ok(Math.max(...sizes) > 2 ** 24);
  });

  it('fill windows of 64 slots and whole spans', () => {
    let longest = 0;
    let windows = 0;
    for (const { program } of ORDINARY) {
      let [size, run] = [0, 0];
      for (const command of program.commands) {
        if (command.op !== 'malloc') continue;
        run = Number(command.size) === size || Number(command.size) === size - 1 ? run + 1 : 1;
        size = Math.max(Number(command.size), run > 1 ? size : 0);
        if (run === 64) windows++;
        longest = Math.max(longest, run);
      }
    }
    assert.ok(windows > 30 && longest > 256, `${windows} windows, at most ${longest}`);
  });

  it('have pointers, none, or some', () => {
    const mallocs = COMMANDS.filter((command) => command.op === 'malloc');
    const some = mallocs.filter(({ scan, size }) => scan !== 0 && Number(scan) < Number(size) - 8);
    assert.ok(some.length > mallocs.length / 20);
    assert.ok(mallocs.every(({ scan, size }) => Number(scan) <= Number(size)));
    const none = mallocs.filter(({ scan }) => scan === 0).length / mallocs.length;
    assert.ok(none > 0.3 && none < 0.8);
  });

  it('are used after a cycle only where they survived it or began in it', () => {
    for (const { program } of ORDINARY) {
      let dead = new Set<number>();
      let [live, kept] = [new Set<number>(), new Set<number>()];
      let marking = false;
      for (const command of program.commands) {
        const used = usedHandle(command) ?? 0;
        assert.ok(!dead.has(used), `o${used} is used after its death`);
        if (command.op === 'malloc') (marking ? kept : live).add(command.handle);
        if (command.op === 'mark') kept.add(used);
        if (command.op === 'gcStart') marking = true;
        if (command.op !== 'gcEnd') continue;
        dead = new Set([
          ...dead,
          ...[...live].filter((handle) => !kept.has(handle) && !isTiny(program, handle)),
        ]);
        [live, kept, marking] = [
          new Set([...kept, ...live].filter((handle) => !dead.has(handle))),
          new Set(),
          false,
        ];
      }
    }
  });

  /** Objects in one tiny block keep each other alive. */
  function isTiny({ commands }: Program, handle: number): boolean {
    return commands.some(
      (c) => c.op === 'malloc' && c.handle === handle && Number(c.size) < 16 && c.scan === 0,
    );
  }
});

describe('caches', () => {
  it('are there when they are named, and free when something runs inside of another command', () => {
    let busyNames = 0;
    for (const { program } of ORDINARY) {
      const { procs } = program.config;
      const caches = new Set(Array.from({ length: procs }, (_, p) => p));
      let next = procs;
      const visit = ({ command, inside }: Turn, busy: readonly number[]): void => {
        const p = 'p' in command ? Number(command.p) : undefined;
        if (p !== undefined) assert.ok(caches.has(p) && !busy.includes(p), `cache ${p}`);
        if (busy.length > 0 && p !== undefined) busyNames++;
        if (command.op === 'addProc') caches.add(next++);
        if (command.op === 'removeProc') caches.delete(Number(p));
        assert.ok(caches.size > 0);
        const all = p === undefined ? busy : [...busy, p];
        for (const turns of inside?.values() ?? []) for (const turn of turns) visit(turn, all);
      };
      for (const turn of turnsOf(program.commands)) visit(turn, []);
    }
    assert.ok(busyNames > 100);
  });

  it('come, are flushed and go in mid-cycle', () => {
    for (const name of ['addProc', 'flush', 'removeProc'] as const) {
      assert.ok(countOf(COMMANDS, name) > 100, name);
    }
  });
});

describe('commands at claims', () => {
  const nested = COMMANDS.filter(({ claim }) => claim !== undefined);

  it('are a share of all, of every kind that can be, and have a turn', () => {
    const share = nested.length / COMMANDS.length;
    assert.ok(share > 0.02 && share < 0.15, `${share}`);
    const names = new Set(nested.map(({ op }) => op));
    const never = MUTATOR_COMMANDS.filter((name) => !names.has(name));
    assert.deepEqual(never, []);
    for (const { program } of ORDINARY) {
      assert.equal(countTurns(turnsOf(program.commands)), program.commands.length);
    }
  });

  it('have others inside of them, twice over', () => {
    for (const depth of [1, 2, 3]) {
      assert.ok(nested.filter(({ claim }) => claim?.length === depth).length > 20, `depth ${depth}`);
    }
  });

  it('are at later claims too', () => {
    assert.ok(nested.some(({ claim }) => (claim?.[0] ?? 0) >= 3));
  });

  function countTurns(turns: readonly Turn[]): number {
    return turns.reduce((sum, { inside }) => sum + 1 + countTurns([...(inside?.values() ?? [])].flat()), 0);
  }
});

describe('misuse', () => {
  it('is of every kind', () => {
    const names = new Set(WRONG.flatMap(({ misuses }) => misuses));
    const all = [...REFUSED_OBJECT_MISUSES, ...FATAL_OBJECT_MISUSES].map(({ name }) => name);
    assert.deepEqual([...names].sort(), all.sort());
  });

  it('is in every program that should have some', () => {
    assert.ok(WRONG.every(({ misuses }) => misuses.length > 0));
    const inside = WRONG.flatMap(({ program }) =>
      program.commands.filter(({ claim, expect }) => claim && expect),
    );
    assert.ok(inside.some(({ op }) => op === 'gcStart') && inside.some(({ op }) => op === 'flush'));
    assert.ok(WRONG.every(({ program }) => program.commands.some(({ expect }) => expect !== undefined)));
  });
});
