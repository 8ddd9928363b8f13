import type { Chance } from '../../programs/chance.js';
import { COMMAND_NAMES } from '../../programs/command-fields.js';
import type { Command, Place } from '../../programs/index.js';
import type { HeapConfig } from '../../spec/index.js';
import { kindsUsed, type HandleKind, type Made } from './handles.js';
import { drawAddress, drawArgument, drawOffset } from './numbers.js';

/** What a fresh command is drawn from. */
export interface Scene {
  readonly chance: Chance;
  readonly config: HeapConfig;
  /** What stands before it. */
  readonly made: Made;
  /** A handle that is still free. */
  readonly fresh: number;
}

/** Draws a command of any kind that makes use of what is there. */
export function freshCommand(scene: Scene): Command {
  const { chance, config, fresh: handle } = scene;
  const number = (key: string): number => drawArgument(chance, key, config);
  const op = chance.pick(COMMAND_NAMES);
  const p = number('p');
  switch (op) {
    case 'alloc': {
      const large = chance.happens(3 / 4);
      const sizeclass = large ? 0 : number('sizeclass');
      return { op, handle, npages: number('npages'), sizeclass, large, needzero: chance.happens(1 / 2) };
    }
    case 'allocStack':
      return { op, handle, npages: number('npages') };
    case 'malloc': {
      const size = number('size');
      const scan = Math.min(size, number('scan'));
      return { op, handle, size, p, scan, needzero: chance.happens(1 / 2) };
    }
    case 'free':
      return { op, span: whole(scene, ['span']), dirty: chance.happens(1 / 2) };
    case 'freeStack':
      return { op, span: whole(scene, ['stack']) };
    case 'tick':
      return { op, ns: number('ns') };
    case 'scavenge':
      return { op, limit: number('limit') };
    case 'query':
    case 'mark':
      return { op, at: place(scene, kindsUsed({ op } as Command)) };
    case 'addFinalizer':
    case 'setProfile':
      return { op, p, at: place(scene, ['object', 'span']), id: number('id') };
    case 'removeFinalizer':
      return { op, p, at: place(scene, ['object', 'span']) };
    case 'flush':
    case 'removeProc':
    case 'sweepone':
      return { op, p };
    case 'gcEnd':
      return { op, heapDistance: number('heapDistance') };
    case 'freeOSMemory':
    case 'addProc':
    case 'gcStart':
      return { op };
  }
}

/** The base of what is there; the start of the arena where there is nothing. */
function whole({ chance, made }: Scene, kinds: readonly HandleKind[]): Place {
  const handle = made.pick(chance, kinds);
  return handle === undefined ? { offset: 0 } : { handle, offset: 0 };
}

/** A place in what is there, or near it; at times any address. */
function place(scene: Scene, kinds: readonly HandleKind[]): Place {
  const { chance, config, made } = scene;
  const handle = chance.happens(1 / 16) ? undefined : made.pick(chance, kinds);
  if (handle === undefined) return { offset: drawAddress(chance, config) };
  return { handle, offset: chance.happens(3 / 4) ? 0 : drawOffset(chance) };
}
