import assert from 'node:assert/strict';
import { Chance } from './chance.js';
import { Ledger } from './ledger.js';
import { PHASES, Phase, type PhaseName } from './phases.js';

const LIVE = 40;

/** Draws phases until one has the name. */
function phaseNamed(name: PhaseName, chance: Chance, live = LIVE): Phase {
  for (;;) {
    const phase = new Phase(chance, live, 100, 200);
    if (phase.kind.name === name) return phase;
  }
}

/** The handles that a phase frees out of 40 spans until it is done or has freed so many. */
function freedBy(phase: Phase, chance: Chance, count: number): number[] {
  const ledger = new Ledger(1000);
  for (let i = 0; i < LIVE; i++) ledger.allocate(1, true, 8192, 0);
  const handles = [];
  while (handles.length < count && !phase.done(ledger.live.length)) {
    handles.push(ledger.free(phase.nextToFree(chance, ledger.live)).handle);
  }
  return handles;
}

/** The live spans that a phase leaves which begins with so many. */
function liveAtEnd(phase: Phase, chance: Chance, atStart: number): number {
  let live = atStart;
  for (let steps = 0; steps < 1000 && !phase.done(live); steps++) {
    live += phase.allocates(chance, live, false) ? 1 : -1;
  }
  return live;
}

function tenOf(name: PhaseName): { phase: Phase; chance: Chance }[] {
  return Array.from({ length: 10 }, (_, seed) => {
    const chance = new Chance(seed, 0, 0);
    return { phase: phaseNamed(name, chance), chance };
  });
}

describe('phases', () => {
  it('have all kinds where spans are live, and drain nothing where none are', () => {
    const chance = new Chance(7, 7, 7);
    const names = (live: number) => {
      const drawn = Array.from({ length: 500 }, () => new Phase(chance, live, 100, 200).kind);
      return new Set(drawn.map(({ name }) => name));
    };
    assert.equal(names(LIVE).size, PHASES.length);
    assert.deepEqual([...names(0)].sort(), ['churn', 'comb', 'fill', 'idle', 'merge', 'sawtooth']);
  });

  it('fragment: frees every other span, then is done', () => {
    for (const { phase, chance } of tenOf('fragment')) {
      const handles = freedBy(phase, chance, LIVE);
      assert.equal(handles.length, LIVE / 2);
      const gaps = handles.slice(1).map((handle, i) => Math.abs(handle - handles[i]));
      // Once around the end it frees what is left over in between.
      assert.ok(gaps.filter((gap) => gap === 2).length >= LIVE / 2 - 3, String(handles));
    }
  });

  it('merge: frees runs of spans that were allocated in a row', () => {
    for (const { phase, chance } of tenOf('merge')) {
      const near = freedBy(phase, chance, 30)
        .slice(1)
        .filter((handle, i, rest) => i > 0 && Math.abs(handle - rest[i - 1]) <= 2);
      assert.ok(near.length >= 12, String(near));
    }
  });

  it('fill: allocates until it has reached its bound', () => {
    for (const { phase, chance } of tenOf('fill')) {
      const live = liveAtEnd(phase, chance, 0);
      assert.ok(live > 0 && phase.done(live));
    }
  });

  it('drain: frees until it has reached its bound', () => {
    for (const { phase, chance } of tenOf('drain')) {
      assert.ok(liveAtEnd(phase, chance, LIVE) <= LIVE / 4);
    }
  });

  it('comb: frees every other span where no more fits, until half of them are left, and fills up again', () => {
    for (const { phase, chance } of tenOf('comb')) {
      let live = 0;
      const heights = Array.from({ length: 2000 }, () => {
        const full = live >= 60;
        live += live === 0 || phase.allocates(chance, live, full) ? 1 : -1;
        return live;
      });
      const highest = Math.max(...heights);
      const down = heights.slice(heights.indexOf(highest));
      const halved = down.findIndex((height) => height <= (highest >> 1) + 1);
      assert.ok(highest <= 60 && halved >= 0, 'it comes down');
      assert.ok(down.slice(halved).includes(highest), 'and up again');
      assert.ok(Math.min(...down) >= (highest >> 1) - 3, 'but not far below');
    }
  });

  it('sawtooth: goes up and down', () => {
    for (const { phase, chance } of tenOf('sawtooth')) {
      let live = 0;
      const heights = Array.from({ length: 2000 }, () => {
        if (live === 0 || phase.allocates(chance, live, false)) live++;
        else live--;
        return live;
      });
      const highest = Math.max(...heights);
      const second = heights.slice(heights.indexOf(highest) + 1);
      assert.ok(Math.min(...second) <= (highest >> 1) + 1, 'it comes down');
      assert.ok(second.filter((height) => height >= highest - 1).length > 0, 'and up again');
    }
  });
});
