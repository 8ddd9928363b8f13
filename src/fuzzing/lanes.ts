import { closeSync, fstatSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fateOf, parseIdentity, printIdentity, thisProcess, type Fate } from './process-identity.js';
import { makeFolder } from './make-folder.js';
import { readBytes } from './read-file.js';
import { cannot, storing } from './storage-error.js';
import { isSystemError } from './system-error.js';
import { prepareFolder, writeAll } from './write-whole.js';

/** How long a lane is watched. */
export interface LaneOptions {
  /**
   * Time, in ms, for which a lane is watched whose holder runs on another machine or in another container, before it is
   * taken to be gone; by default 5000. Its holder shows a sign of life each second.
   */
  readonly patience?: number;
}

/** The part of a campaign that one process at a time works at. */
export interface Lane {
  /** The folder of its files. */
  readonly folder: string;
  /** From 0; the first one that nobody held. */
  readonly number: number;
  /** Whether it is still this process's: somebody may have removed its lock. */
  readonly held: boolean;
  /** Lets others have it. */
  release(): void;
}

/** Time, in ms, between two signs of life. */
const HEARTBEAT = 1000;
const PATIENCE = 5 * HEARTBEAT;

/** `lane-0.lock-3` is the third lock of lane 0: each takes the place of one whose process is gone. */
const LOCK = /^lane-(\d+)\.lock-(\d+)$/;

/** Bytes that a lock is read to: it has less than 100. */
const LONGEST_LOCK = 4096;

interface Lock {
  readonly name: string;
  readonly turn: number;
}

/**
 * Takes the first lane of a campaign that no living process holds. A process that was killed holds none.
 *
 * @param folder - Made where there is none.
 * @throws StorageError where there can be no lock.
 */
export async function takeLane(folder: string, { patience = PATIENCE }: LaneOptions = {}): Promise<Lane> {
  makeFolder(folder);
  prepareFolder(folder);
  for (let number = 0; ; number++) {
    const lane = await tryToTake(folder, number, patience);
    if (lane !== undefined) return lane;
  }
}

/**
 * A lock is made, then all of them are listed: of two processes that do so at the same time at least one sees the
 * other's, and whoever sees one that is not known to be gone steps back. So no two ever hold a lane.
 */
async function tryToTake(folder: string, number: number, patience: number): Promise<Lane | undefined> {
  const others = locksOf(folder, number);
  for (const { name } of others) {
    if (!(await isGone(join(folder, name), patience))) return undefined;
  }
  const turn = Math.max(0, ...others.map((lock) => lock.turn)) + 1;
  const name = `lane-${number}.lock-${turn}`;
  const lane = HeldLane.make(folder, number, name);
  if (lane === undefined) return undefined;
  const gone = new Set(others.map((lock) => lock.name));
  if (locksOf(folder, number).some((lock) => lock.name !== name && !gone.has(lock.name))) {
    lane.release();
    return undefined;
  }
  for (const one of gone) {
    storing(cannot('remove', join(folder, one)), () => rmSync(join(folder, one), { force: true }));
  }
  return lane;
}

function locksOf(folder: string, number: number): Lock[] {
  const names = storing(cannot('read', folder), () => readdirSync(folder));
  return names.flatMap((name) => {
    const [, lane, turn] = LOCK.exec(name) ?? [];
    return lane === undefined || Number(lane) !== number ? [] : [{ name, turn: Number(turn) }];
  });
}

/** Whether the process that made a lock is gone; one that can't be asked has a while to show a sign of life. */
async function isGone(path: string, patience: number): Promise<boolean> {
  const before = readLock(path);
  if (before.fate !== 'elsewhere') return before.fate === 'gone';
  await wait(patience);
  const after = readLock(path);
  return after.fate === 'gone' || (after.fate === 'elsewhere' && after.text === before.text);
}

/** A lock that was made this moment, or by a process that was killed then, is empty: that too is watched. */
function readLock(path: string): { readonly fate: Fate; readonly text: string } {
  const file = readBytes(path, LONGEST_LOCK);
  if (file.kind === 'missing') return { fate: 'gone', text: '' };
  const text = file.kind === 'read' ? file.content.toString('latin1') : '';
  const owner = parseIdentity(text.split('\n')[0]);
  return { fate: owner === undefined ? 'elsewhere' : fateOf(owner), text };
}

class HeldLane implements Lane {
  private beats = 0;
  private released = false;
  private readonly heart: NodeJS.Timeout;
  private readonly atExit = (): void => this.release();

  private constructor(
    readonly folder: string,
    readonly number: number,
    private readonly path: string,
    private readonly file: number,
    /** Bytes of the lock in front of the signs of life. */
    private readonly headBytes: number,
  ) {
    this.heart = setInterval(() => this.beat(), HEARTBEAT).unref();
    process.once('exit', this.atExit);
  }

  /** Makes a lock; undefined where another process was faster. */
  static make(folder: string, number: number, name: string): HeldLane | undefined {
    const path = join(folder, name);
    return storing(cannot('write', path), () => {
      const file = openNew(path);
      if (file === undefined) return undefined;
      const head = `${printIdentity(thisProcess())}\n`;
      try {
        writeAll(file, Buffer.from(head));
      } catch (error) {
        closeSync(file);
        rmSync(path, { force: true });
        throw error;
      }
      return new HeldLane(folder, number, path, file, head.length);
    });
  }

  get held(): boolean {
    return !this.released && hasName(this.file);
  }

  release(): void {
    if (this.released) return;
    const { held } = this;
    this.released = true;
    clearInterval(this.heart);
    process.off('exit', this.atExit);
    closeSync(this.file);
    // Where it is not held any more, there may be another's lock of that name.
    if (held) storing(cannot('remove', this.path), () => rmSync(this.path, { force: true }));
  }

  private beat(): void {
    this.beats++;
    try {
      writeSync(this.file, `${String(this.beats).padStart(12, '0')}\n`, this.headBytes);
    } catch (error) {
      // Those on other machines may take it to be gone then, and the next look at `held` tells.
      if (!isSystemError(error)) throw error;
    }
  }
}

function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return undefined;
    throw error;
  }
}

/** Whether an open file still has a name; one that a file server has forgotten has none. */
function hasName(file: number): boolean {
  try {
    return fstatSync(file).nlink > 0;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}
