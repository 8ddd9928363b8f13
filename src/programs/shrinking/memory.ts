import { CONFIG_NAMES } from '../../spec/index.js';
import { madeHandle, renamed, usedHandle } from '../command-fields.js';
import { HOST_NAMES } from '../host-script.js';
import type { Command, Handle, Program } from '../program.js';
import { printCommand } from '../text/print-program.js';

/** Stands for a program: equal for programs that differ in nothing but the names of their handles. */
export type Fingerprint = number;

/**
 * The programs that were tried and did not fail. Each state of the shrinker sees those that were tried before it,
 * and no others, so that what it does next depends on nothing else.
 */
export class Memory {
  private readonly order = new Map<Fingerprint, number>();

  /** @param earlier - what was known before, as far as it was known then: its first `visible` entries. */
  constructor(
    private readonly earlier: Memory | null = null,
    private readonly visible = 0,
  ) {}

  /** A memory of its own that knows what this one knows now, and will not see what this one learns later. */
  fork(): Memory {
    return new Memory(this, this.order.size);
  }

  has(program: Fingerprint): boolean {
    if (this.order.has(program)) return true;
    let visible = this.visible;
    for (let memory = this.earlier; memory !== null; memory = memory.earlier) {
      const at = memory.order.get(program);
      if (at !== undefined && at < visible) return true;
      visible = memory.visible;
    }
    return false;
  }

  add(program: Fingerprint): void {
    if (!this.order.has(program)) this.order.set(program, this.order.size);
  }
}

/** Two 32-bit hashes with different multipliers; together they tell 2^53 programs apart. */
interface Lanes {
  readonly low: number;
  readonly high: number;
}

const hashes = new WeakMap<Command, Lanes>();

/** Whether a handle names a span or an object need not be told: the command that makes it tells. */
const NO_OBJECTS: ReadonlySet<Handle> = new Set();

/** The fingerprint of a program. */
export function fingerprint(program: Program): Fingerprint {
  const { config, host, commands } = program;
  const numbers = [...CONFIG_NAMES.map((name) => config[name]), ...HOST_NAMES.map((name) => host[name])];
  let { low, high } = hash(numbers.join(' '));
  const ordinals = new Map<Handle, number>();
  for (const command of commands) {
    const lanes = hashOf(command);
    const made = madeHandle(command);
    if (made !== undefined) ordinals.set(made, ordinals.size + 1);
    const used = usedHandle(command);
    const ordinal = used === undefined ? 0 : (ordinals.get(used) ?? 0);
    low = mix(low ^ lanes.low, ordinal, 0x85ebca6b);
    high = mix(high ^ lanes.high, ordinal, 0xc2b2ae35);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** The hash of a command without the name of its handle. */
function hashOf(command: Command): Lanes {
  const known = hashes.get(command);
  if (known !== undefined) return known;
  const lanes = hash(printCommand(renamed(command, 0), NO_OBJECTS));
  hashes.set(command, lanes);
  return lanes;
}

function hash(text: string): Lanes {
  let low = text.length;
  let high = ~text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = mix(low, code, 0x01000193);
    high = mix(high, code, 0x27d4eb2f);
  }
  return { low, high };
}

function mix(hash: number, value: number, multiplier: number): number {
  const mixed = Math.imul(hash ^ value, multiplier);
  return mixed ^ (mixed >>> 15);
}
