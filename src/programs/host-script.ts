import { OBLIGING_HOST, type HostScript } from './program.js';

/** What each setting of a {@link HostScript} may be: in words, and as a check. */
export const HOST_SETTINGS: {
  readonly [Name in keyof HostScript]: {
    readonly range: string;
    readonly allows: (value: number) => boolean;
  };
} = {
  seed: {
    range: 'an integer from 0 to 4294967295',
    allows: (value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff,
  },
  refusals: { range: 'a number from 0 to 1', allows: (value) => value >= 0 && value <= 1 },
};

/** The names of all settings of a {@link HostScript}. */
export const HOST_NAMES = Object.keys(OBLIGING_HOST) as readonly (keyof HostScript)[];
