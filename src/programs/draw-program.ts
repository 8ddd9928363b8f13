import { MAX_ARENA_PAGES, heapConfig, type HeapConfig } from '../spec/index.js';
import type { Chance } from './chance.js';
import { generateProgram, type GeneratedProgram } from './generate.js';
import { LEAST_GIANT_ARENA, LEAST_GIANT_COMMANDS } from './giants.js';
import { generateObjectProgram } from './objects/generate-objects.js';
import { drawObjectConfig, drawObjectHost } from './objects/object-config.js';
import { BOOLEAN, checkOptions, NUMBER, OBJECT, TEXT, type OptionKinds } from './options.js';
import { drawConfig, drawHost, type ConfigLimits } from './random-config.js';

/** What programs are about: spans, objects with the cycles of the collector, or a share of each. */
export type ProgramLevel = 'pages' | 'objects' | 'mixed';

const LEVELS: readonly ProgramLevel[] = ['pages', 'objects', 'mixed'];

/** Share of programs with objects where there are both kinds. */
const OBJECTS_SHARE = 1 / 2;

/** What `heapPrograms` draws from. */
export interface HeapProgramsOptions {
  /** What programs are about; by default there are both kinds, never in one program. */
  readonly level?: ProgramLevel;
  /** Least number of commands: 1 to `maxCommands`; by default 1. */
  readonly minCommands?: number;
  /** Greatest number of commands: 1 to 10,000; by default 1000. */
  readonly maxCommands?: number;
  /** Share of programs that misuse their heap, 0 to 1; by default 0.1. */
  readonly misuse?: number;
  /** Settings of the configuration that are the same in every program; by default all are drawn. */
  readonly config?: Partial<HeapConfig>;
  /** Most pages of an arena that is drawn: 1 to 2^26, the default. */
  readonly maxArenaPages?: number;
  /** Whether some of the hosts may refuse memory; by default they may. */
  readonly refusals?: boolean;
  /**
   * Share of programs, 0 to 1, that have spans around and above 2^20 pages (8 GiB), as far as the arena may be that
   * long; by default 0, since a host may own real memory.
   */
  readonly giants?: number;
}

/** The same, checked and complete. */
export interface Settings extends ConfigLimits {
  readonly level: ProgramLevel;
  readonly minCommands: number;
  readonly maxCommands: number;
  readonly misuse: number;
  readonly refusals: boolean;
  readonly giants: number;
}

const KINDS: OptionKinds<HeapProgramsOptions> = {
  level: TEXT,
  minCommands: NUMBER,
  maxCommands: NUMBER,
  misuse: NUMBER,
  config: OBJECT,
  maxArenaPages: NUMBER,
  refusals: BOOLEAN,
  giants: NUMBER,
};

const MOST_COMMANDS = 10_000;

/** Commands, at most, of a program that is wanted to be small. */
const FEW_COMMANDS = 16;

/**
 * Checks options and completes them.
 *
 * @throws RangeError where one is out of its range, or a setting of the configuration is.
 * @throws TypeError where one is unknown or of the wrong kind, or a setting of the configuration is.
 */
export function checkedSettings(options: HeapProgramsOptions): Settings {
  checkOptions<HeapProgramsOptions>('heapPrograms', options, KINDS);
  const { maxCommands = 1000, misuse = 0.1, maxArenaPages = MAX_ARENA_PAGES, refusals = true } = options;
  const { minCommands = 1, config = {}, giants = 0 } = options;
  integer('maxCommands', maxCommands, 1, MOST_COMMANDS);
  integer('minCommands', minCommands, 1, maxCommands);
  integer('maxArenaPages', maxArenaPages, 1, MAX_ARENA_PAGES);
  share('misuse', misuse);
  share('giants', giants);
  const { level = 'mixed' } = options;
  if (!LEVELS.includes(level)) throw new RangeError(`level must be ${LEVELS.join(', ')}, not ${level}`);
  heapConfig(config);
  return { level, minCommands, maxCommands, misuse, refusals, giants, fixed: config, maxArenaPages };
}

function integer(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
  }
}

function share(name: string, value: number): void {
  const isShare = value >= 0 && value <= 1;
  if (!isShare) throw new RangeError(`${name} must be a share from 0 to 1, not ${value}`);
}

/** Draws a program, a small one if `few`, and tells how it came about. */
export function drawProgram(chance: Chance, settings: Settings, few: boolean): GeneratedProgram {
  const { minCommands, maxCommands } = settings;
  const most = few ? Math.max(minCommands, Math.min(FEW_COMMANDS, maxCommands)) : maxCommands;
  const { level } = settings;
  const objects = level === 'objects' || (level === 'mixed' && chance.happens(OBJECTS_SHARE));
  return objects ? drawObjectProgram(chance, settings, most) : drawPageProgram(chance, settings, most);
}

function drawPageProgram(chance: Chance, settings: Settings, most: number): GeneratedProgram {
  const { minCommands } = settings;
  const wantsGiants = chance.happens(settings.giants);
  const config = drawConfig(chance, settings, wantsGiants);
  const giants = wantsGiants && config.arenaPages >= LEAST_GIANT_ARENA;
  const least = giants ? Math.max(minCommands, Math.min(LEAST_GIANT_COMMANDS, most)) : minCommands;
  return generateProgram(chance, {
    config,
    host: drawHost(chance, settings.refusals),
    length: chance.magnitude(least, most),
    misuse: chance.happens(settings.misuse),
    giants,
  });
}

function drawObjectProgram(chance: Chance, settings: Settings, most: number): GeneratedProgram {
  return generateObjectProgram(chance, {
    config: drawObjectConfig(chance, settings),
    host: drawObjectHost(chance, settings.refusals),
    length: chance.magnitude(settings.minCommands, most),
    misuse: chance.happens(settings.misuse),
  });
}
