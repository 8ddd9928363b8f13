import assert from 'node:assert/strict';
import { performObserved, RecordingHost } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import { heapConfig, type HeapFactory } from '../spec/index.js';
import { Bindings } from './bindings.js';
import { Chance } from './chance.js';
import { objectHandles } from './command-fields.js';
import { checkedSettings, drawProgram } from './draw-program.js';
import { FATAL_MISUSES } from './misuse-fatal.js';
import { REFUSED_MISUSES } from './misuse-refused.js';
import { allocOf, allocStackOf, free } from './moves.js';
import type { Command, Program } from './program.js';
import { drawRun } from './run.js';
import { printCommand } from './text/print-program.js';

const HEAPS: readonly HeapFactory[] = [referenceHeap, optimizedHeap];

/** How each command of a program ended: null where it was skipped. */
function endings({ config, host: script, commands }: Program, factory: HeapFactory): (string | null)[] {
  const host = new RecordingHost({ script });
  const heap = factory.create(config, host);
  const bindings = new Bindings();
  return commands.map((command) => {
    const operation = bindings.resolve(command);
    if (operation === null) return null;
    const { result, error } = performObserved(heap, host, operation);
    if (error === undefined) {
      bindings.bind(command, result);
      return 'result';
    }
    return error.kind === 'FatalError' ? error.message : error.kind;
  });
}

/** How a command may end, in the words of {@link endings}. */
function expected({ expect }: Command): readonly string[] {
  if (expect === undefined) return ['result'];
  return expect.map((one) => (one.kind === 'FatalError' ? one.message : one.kind));
}

function checkEndings(program: Program, factory: HeapFactory): void {
  for (const [i, ending] of endings(program, factory).entries()) {
    if (ending === null) continue;
    const command = program.commands[i];
    assert.ok(
      expected(command).includes(ending),
      `${factory.name}: ${printCommand(command, objectHandles(program.commands))} ended in ${ending}, as command ${i + 1} of ${program.commands.length}`,
    );
  }
}

/** Some spans of each kind, three of which are freed, one more in the place of one of these, and a misuse at the end. */
function programWith(draw: (typeof FATAL_MISUSES)[number]['draw'], seed: number): Program {
  const chance = new Chance(seed, 5, 6);
  const config = heapConfig({ arenaPages: 512, procs: chance.between(1, 3) });
  const run = drawRun(chance, config, 20);
  const commands: Command[] = [];
  for (let i = 0; i < 8; i++) {
    commands.push(allocOf(run, chance.between(1, 9), chance.below(3), false, false));
    commands.push(allocStackOf(run, chance.between(1, 3)));
  }
  for (let i = 0; i < 3; i++) commands.push(free(run, chance.below(run.ledger.live.length)));
  commands.push(allocOf(run, chance.between(1, 3), 0, true, true));
  return { config, host: { seed: 0, refusals: 0 }, commands: [...commands, ...draw(run)] };
}

describe.each(HEAPS)('on the $name heap', (factory) => {
  it('ordinary programs end in results alone', () => {
    const settings = checkedSettings({ level: 'pages', maxCommands: 300, misuse: 0 });
    for (let seed = 0; seed < 400; seed++) {
      checkEndings(drawProgram(new Chance(seed, 7, 7), settings, false).program, factory);
    }
  });

  it('programs with misuse end as they expect', () => {
    const settings = checkedSettings({ level: 'pages', maxCommands: 100, misuse: 1 });
    for (let seed = 0; seed < 800; seed++) {
      checkEndings(drawProgram(new Chance(seed, 8, 8), settings, false).program, factory);
    }
  });

  it.each(REFUSED_MISUSES.map((misuse) => [misuse.name, misuse] as const))('%s is refused', (_, { draw }) => {
    for (let seed = 0; seed < 60; seed++) {
      const program = programWith((run) => {
        const command = draw(run);
        assert.ok(command, 'there is a span for it');
        return [command];
      }, seed);
      checkEndings(program, factory);
      const last = endings(program, factory).at(-1);
      assert.ok(last === 'RangeError' || last === 'TypeError');
    }
  });

  it.each(FATAL_MISUSES.map((misuse) => [misuse.name, misuse] as const))(
    '%s ends a program',
    (_, { draw, commands }) => {
      const seen = new Set<string>();
      const possible = new Set<string>();
      for (let seed = 0; seed < 100; seed++) {
        const program = programWith(draw, seed);
        assert.ok(program.commands.length <= 20 + commands);
        checkEndings(program, factory);
        const last = program.commands.length - 1;
        seen.add(endings(program, factory)[last] ?? 'skipped');
        for (const ending of expected(program.commands[last])) possible.add(ending);
      }
      assert.deepEqual([...seen].sort(), [...possible].sort(), 'it ends in each way that it expects');
      assert.ok(
        [...seen].some((ending) => ending.includes(' ')),
        'a fatal error is among its endings',
      );
    },
  );
});
