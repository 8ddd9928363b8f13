import assert from 'node:assert/strict';
import { performObserved, RecordingHost, type ClaimGuest, type Outcome } from '../../lockstep/index.js';
import { referenceHeap } from '../../reference/index.js';
import { FATAL, heapConfig } from '../../spec/index.js';
import { Bindings } from '../bindings.js';
import { Chance } from '../chance.js';
import { objectHandles } from '../command-fields.js';
import { checkedSettings, drawProgram } from '../draw-program.js';
import { turnsAt, turnsOf, type Turn } from '../nesting.js';
import type { Command, Program } from '../program.js';
import { printCommand } from '../text/print-program.js';
import { drawSurvivors, gcEnd, gcStart, mark } from './cycles.js';
import { FATAL_OBJECT_MISUSES } from './misuse-fatal.js';
import { REFUSED_OBJECT_MISUSES } from './misuse-refused.js';
import { drawObjectRun, type ObjectRun } from './object-run.js';
import { otherMove } from './stretches.js';

/** How each command of a program ended; undefined where its claim did not come, null where its handle stood for nothing. */
type Ending = string | null | undefined;

/** Runs a program on the reference heap, with the commands at claims, up to a fatal error. */
function endings({ config, host: script, commands }: Program): { endings: Ending[]; outcomes: Outcome[] } {
  const host = new RecordingHost({ script });
  const heap = referenceHeap.create(config, host);
  const bindings = new Bindings();
  const ended: Ending[] = commands.map(() => undefined);
  const outcomes: Outcome[] = [];
  let dead = false;

  const run = (
    { index, command }: Turn,
    perform: (operation: Parameters<typeof heap.perform>[0]) => Outcome,
  ): void => {
    const operation = bindings.resolve(command);
    ended[index] = null;
    if (operation === null) return;
    const outcome = perform(operation);
    outcomes.push(outcome);
    const { error, result } = outcome;
    if (error === undefined) bindings.bind(command, result);
    ended[index] = error === undefined ? 'result' : error.kind === 'FatalError' ? error.message : error.kind;
    dead ||= error?.kind === 'FatalError';
  };
  /** Runs the turns of a turn at its claims. */
  const guestOf = (turn: Turn): ClaimGuest => {
    const open = [{ turn, claims: 0 }];
    return (_, perform, depth) => {
      open.length = depth;
      const around = open[depth - 1];
      around.claims++;
      for (const inner of turnsAt(around.turn, around.claims)) {
        if (dead) return;
        open[depth] = { turn: inner, claims: 0 };
        run(inner, perform);
      }
      open.length = depth;
    };
  };
  for (const turn of turnsOf(commands)) {
    if (dead) break;
    run(turn, (operation) => performObserved(heap, host, operation, guestOf(turn)));
  }
  return { endings: ended, outcomes };
}

/** How a command may end, in the words of {@link endings}. */
function expected({ expect }: Command): readonly string[] | undefined {
  return expect?.map((one) => (one.kind === 'FatalError' ? one.message : one.kind));
}

function checkExpected(program: Program): Ending[] {
  const { endings: ended } = endings(program);
  const objects = objectHandles(program.commands);
  ended.forEach((ending, i) => {
    const command = program.commands[i];
    if (ending === null || ending === undefined || command.expect === undefined) return;
    assert.ok(expected(command)?.includes(ending), `${printCommand(command, objects)} ended in ${ending}`);
  });
  return ended;
}

describe('ordinary programs with objects', () => {
  const settings = checkedSettings({ level: 'objects', maxCommands: 1000, misuse: 0 });
  const programs = Array.from(
    { length: 250 },
    (_, i) => drawProgram(new Chance(i, 21, 22), settings, false).program,
  );
  const runs = programs.map(endings);
  const all = runs.flatMap((run, i) =>
    run.endings.map((ending, j) => ({ ending, command: programs[i].commands[j] })),
  );
  const share = (holds: (ending: Ending) => boolean): number =>
    all.filter(({ ending }) => holds(ending)).length / all.length;

  it('end in results, all but a few of them', () => {
    assert.ok(share((ending) => ending === 'result') > 0.85);
    assert.ok(share((ending) => ending === null) < 0.02);
    const refused = all.filter(({ ending }) => ending === 'RangeError');
    assert.ok(refused.length < all.length / 1000);
    // What would have to wait for the span that is being swept.
    assert.ok(refused.length > 0 && refused.every(({ command }) => command.claim !== undefined));
  });

  it('run out of memory at times, and end in nothing else', () => {
    const messages = all.flatMap(({ ending }) => (ending?.includes(' ') ? [ending] : []));
    assert.deepEqual(new Set(messages), new Set([FATAL.outOfMemory]));
    assert.ok(messages.length > 10 && messages.length < 50, `${messages.length}`);
  });

  it('find the claims at which commands are to run more often than not', () => {
    const nested = runs.flatMap((run, i) => {
      const last = run.endings.findLastIndex((ending) => ending !== undefined);
      return programs[i].commands.slice(0, last).flatMap(({ claim }, j) => (claim ? [run.endings[j]] : []));
    });
    assert.ok(nested.length > 500);
    assert.ok(nested.filter((ending) => ending === 'result').length > nested.length * 0.55);
  });

  it('queue finalizers and free profiled objects', () => {
    const outcomes = runs.flatMap((run) => run.outcomes);
    assert.ok(outcomes.reduce((sum, { finalizers }) => sum + finalizers.length, 0) > 150);
    assert.ok(outcomes.reduce((sum, { profiles }) => sum + profiles.length, 0) > 60);
  });
});

describe('programs that misuse objects', () => {
  /** Objects, stacks and a cycle or two, and a misuse at the end, in the midst of a cycle at times. */
  function programWith(draw: (run: ObjectRun) => readonly Command[], seed: number): Program {
    const chance = new Chance(seed, 25, 26);
    const config = heapConfig({ arenaPages: chance.pick([256, 1024]), procs: chance.between(1, 3) });
    const run = drawObjectRun(chance, config, 100);
    const commands: Command[] = [];
    const mutate = (count: number): void => {
      for (let i = 0; i < count; i++) {
        commands.push(...[otherMove(run, i % 2 === 0)].filter((c) => c !== null));
      }
    };
    for (let cycle = 0; cycle < 3; cycle++) {
      mutate(20);
      commands.push(gcStart(run));
      for (const note of drawSurvivors(run, { windows: cycle % 2 === 0 }).marked) {
        commands.push(mark(run, note));
      }
      mutate(5);
      if (cycle < 2 || chance.happens(1 / 2)) commands.push(gcEnd(run));
    }
    return { config, host: { seed: 0, refusals: 0 }, commands: [...commands, ...draw(run)] };
  }

  it.each(REFUSED_OBJECT_MISUSES.map((misuse) => [misuse.name, misuse] as const))(
    '%s is refused',
    (_, { draw }) => {
      const seen = new Set<Ending>();
      for (let seed = 0; seed < 150; seed++) {
        const program = programWith((run) => [draw(run)].filter((command) => command !== null), seed);
        if (program.commands.at(-1)?.expect === undefined) continue;
        seen.add(checkExpected(program).at(-1));
      }
      assert.ok(seen.has('RangeError') || seen.has('TypeError'), [...seen].join());
    },
  );

  it.each(FATAL_OBJECT_MISUSES.map((misuse) => [misuse.name, misuse] as const))(
    '%s ends a program',
    (_, misuse) => {
      const seen = new Set<Ending>();
      for (let seed = 0; seed < 100; seed++) {
        const program = programWith((run) => {
          const drawn = misuse.draw(run);
          assert.ok(drawn.length <= misuse.commands, `${drawn.length} commands`);
          return drawn;
        }, seed);
        checkExpected(program).forEach((ending) => seen.add(ending));
      }
      const messages = [...seen].filter((ending) => ending?.includes(' ') && ending !== FATAL.outOfMemory);
      const wanted = misuse.name.startsWith('out of memory')
        ? seen.has(FATAL.outOfMemory)
        : messages.length === 1 || messages.length === 2;
      assert.ok(wanted, [...seen].join());
    },
  );

  it('end as they expect', () => {
    const settings = checkedSettings({ level: 'objects', maxCommands: 150, misuse: 1 });
    for (let seed = 0; seed < 600; seed++) {
      checkExpected(drawProgram(new Chance(seed, 23, 24), settings, false).program);
    }
  });
});
