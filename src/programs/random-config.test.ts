import assert from 'node:assert/strict';
import { DEFAULT_CONFIG, MAX_ARENA_PAGES, MAX_ARENA_START, PAGE_SIZE, heapConfig } from '../spec/index.js';
import { Chance } from './chance.js';
import { OBLIGING_HOST } from './program.js';
import { drawConfig, drawHost, type ConfigLimits } from './random-config.js';

const FREE: ConfigLimits = { fixed: {}, maxArenaPages: MAX_ARENA_PAGES };

function configs(limits: ConfigLimits = FREE) {
  const chance = new Chance(3, 2, 1);
  return Array.from({ length: 3000 }, () => drawConfig(chance, limits));
}

describe('random configurations', () => {
  const drawn = configs();
  const count = (predicate: (config: (typeof drawn)[number]) => boolean) => drawn.filter(predicate).length;

  it('have every physical page size', () => {
    const sizes = new Set(drawn.map(({ physPageSize }) => physPageSize));
    assert.deepEqual(
      [...sizes].sort((a, b) => a - b),
      Array.from({ length: 9 }, (_, i) => 4096 * 2 ** i),
    );
  });

  it('have tiny arenas, such as are full after one chunk, usual ones and huge ones', () => {
    assert.ok(count(({ arenaPages }) => arenaPages <= 16) > 200);
    assert.ok(count(({ arenaPages }) => arenaPages > 16 && arenaPages < 300) > 500);
    assert.ok(count(({ arenaPages }) => arenaPages % 128 === 0 && arenaPages <= 1024) > 50);
    assert.ok(count(({ arenaPages }) => arenaPages > 1024 && arenaPages < 65536) > 300);
    assert.ok(count(({ arenaPages }) => arenaPages === MAX_ARENA_PAGES) > 200);
  });

  it('have arenas that begin at 0, at the highest address and in between', () => {
    assert.ok(count(({ arenaStart }) => arenaStart === 0) > 200);
    assert.ok(count(({ arenaStart }) => arenaStart === MAX_ARENA_START) > 200);
    assert.ok(new Set(drawn.map(({ arenaStart }) => arenaStart)).size > 500);
  });

  it('mostly grow as the runtime does, and else on a smaller scale', () => {
    const { growRound, heapAllocChunk, maxHeapList } = DEFAULT_CONFIG;
    const usual = count(
      (config) => config.growRound === growRound && config.heapAllocChunk === heapAllocChunk,
    );
    assert.ok(usual > 1500 && usual < 2400);
    assert.ok(count((config) => config.growRound === PAGE_SIZE) > 100);
    assert.ok(count((config) => config.heapAllocChunk === 0) > 20);
    assert.ok(count((config) => config.maxHeapList < maxHeapList) > 300);
    assert.ok(count((config) => config.maxHeapList === 1) > 20);
  });

  it('nearly always have room for growing at least once', () => {
    assert.ok(count(({ arenaPages, growRound }) => arenaPages * PAGE_SIZE < growRound) < 100);
  });

  it('sometimes have several caches', () => {
    assert.ok(count(({ procs }) => procs > 1) > 400);
    assert.ok(count(({ procs }) => procs > 8) > 0);
  });

  it('have the settings that are fixed, and others that go with them', () => {
    for (const fixed of [
      { arenaPages: 7 },
      { growRound: 1 << 20 },
      { growRound: PAGE_SIZE },
      { heapAllocChunk: 3 << 16 },
      { heapAllocChunk: 8 * PAGE_SIZE, growRound: 2 * PAGE_SIZE },
      { heapAllocChunk: 0 },
      heapConfig({ procs: 3, physPageSize: 1 << 20 }),
    ]) {
      for (const config of configs({ ...FREE, fixed }).slice(0, 300)) {
        assert.deepEqual({ ...config, ...fixed }, config);
      }
    }
  });

  it('keep to the longest arena that is wanted', () => {
    const pages = configs({ ...FREE, maxArenaPages: 100 }).map(({ arenaPages }) => arenaPages);
    assert.equal(Math.max(...pages), 100);
  });
});

describe('random hosts', () => {
  const hosts = (refusals: boolean) => {
    const chance = new Chance(3, 2, 1);
    return Array.from({ length: 1000 }, () => drawHost(chance, refusals));
  };

  it('sometimes refuse memory, where they may', () => {
    const refusing = hosts(true).filter(({ refusals }) => refusals > 0);
    assert.ok(refusing.length > 80 && refusing.length < 180);
    assert.ok(hosts(false).every(({ refusals }) => refusals === 0));
  });

  it('are often of the simplest kind, and else each of its own', () => {
    const seeds = hosts(true).map(({ seed }) => seed);
    assert.ok(new Set(seeds).size > 400 && seeds.filter((seed) => seed === OBLIGING_HOST.seed).length > 400);
  });
});
