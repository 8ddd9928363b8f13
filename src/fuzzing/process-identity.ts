import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSystemError } from './system-error.js';

/** A process, so that it can be told later whether it still runs, and not taken for another one with its number. */
export interface ProcessIdentity {
  /** Stands for where process numbers mean what they mean here: this machine since it was started, this container. */
  readonly place: string;
  readonly pid: number;
  /** When it began, in ticks of the system; `0` where the system does not tell. */
  readonly start: string;
}

/** What is known of a process; of one that is elsewhere nothing is. */
export type Fate = 'alive' | 'gone' | 'elsewhere';

const UNKNOWN_START = '0';

/** States of a process that has ended (`man 5 proc`): nobody has asked yet how. */
const ENDED = /^[ZXx]$/;

/** Whether `/proc` tells of the processes that have their numbers from where this one has. */
const PROC_IS_OURS = attempt(() => readlinkSync('/proc/self')) === String(process.pid);

const THIS_PROCESS: ProcessIdentity = {
  place: createHash('sha256').update(describePlace()).digest('hex').slice(0, 8),
  pid: process.pid,
  start: statusOf(process.pid)?.start ?? UNKNOWN_START,
};

/** The process that asks. */
export function thisProcess(): ProcessIdentity {
  return THIS_PROCESS;
}

/** Whether a process still runs. */
export function fateOf({ place, pid, start }: ProcessIdentity): Fate {
  if (place !== THIS_PROCESS.place) return 'elsewhere';
  if (start !== UNKNOWN_START && PROC_IS_OURS) {
    const status = statusOf(pid);
    return status?.start === start && !ENDED.test(status.state) ? 'alive' : 'gone';
  }
  // That this very process was meant can't be: it is a number used again.
  return pid !== process.pid && answers(pid) ? 'alive' : 'gone';
}

/** A process as one word of letters, digits and `-`. */
export function printIdentity({ place, pid, start }: ProcessIdentity): string {
  return `${place}-${pid}-${start}`;
}

/** Reads what {@link printIdentity} wrote; undefined where it is something else. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [, place, pid, start] = /^([0-9a-f]{8})-([1-9]\d{0,9})-(\d{1,20})$/.exec(text) ?? [];
  return place === undefined ? undefined : { place, pid: Number(pid), start };
}

function describePlace(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  // A machine's name may change, and two may have the same: it counts where nothing better is known.
  return boot !== undefined && namespace !== undefined ? `${boot} ${namespace}` : hostname();
}

function statusOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  if (!PROC_IS_OURS) return undefined;
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === undefined) return undefined;
  // The name, in parentheses, may hold anything. The state is the third field, the start the 22nd.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], start: fields[19] };
}

/** Whether there is a process of that number, if perhaps somebody else's. */
function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM';
  }
}

/** What the system tells; undefined where it does not. */
function attempt(ask: () => string): string | undefined {
  try {
    return ask();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
