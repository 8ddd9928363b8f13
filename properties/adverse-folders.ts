import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that refuses something. */
export interface AdverseFolder {
  readonly path: string;
  /** How it came to be so, for the name of a test or a message. */
  readonly how: string;
  /** Lets it accept everything, where that is possible without taking it away: a full disk is made larger. */
  relent(): void;
  /** Takes it away. */
  release(): void;
}

/**
 * A disk with so little space that it is soon full; undefined where nobody may mount one: Linux lets root alone.
 *
 * @param kibibytes - Size of the disk.
 */
export function smallDisk(kibibytes = 64): AdverseFolder | undefined {
  const path = mkdtempSync(join(tmpdir(), 'heapspec-small-disk-'));
  if (!mounts('-t', 'tmpfs', '-o', `size=${kibibytes}k,nr_inodes=0`, 'heapspec-small-disk', path)) {
    rmSync(path, { recursive: true });
    return undefined;
  }
  return {
    path,
    how: `a tmpfs of ${kibibytes} KiB`,
    relent: () => void execFileSync('mount', ['-o', 'remount,size=64m', path]),
    release: () => unmount(path),
  };
}

/**
 * A folder in which nothing can be written.
 *
 * @param fill - Puts something there before.
 */
export function readOnlyFolder(fill: (path: string) => void = () => undefined): AdverseFolder {
  const path = mkdtempSync(join(tmpdir(), 'heapspec-read-only-'));
  fill(path);
  chmodSync(path, 0o555);
  if (!writable(path)) {
    return {
      path,
      how: 'a folder without the permission to write',
      relent: () => chmodSync(path, 0o755),
      release: () => {
        chmodSync(path, 0o755);
        rmSync(path, { recursive: true });
      },
    };
  }
  // Root may do without permissions, but not write to what is mounted read-only.
  chmodSync(path, 0o755);
  if (mounts('--bind', path, path) && mounts('-o', 'remount,bind,ro', path)) {
    return {
      path,
      how: 'a folder that is mounted read-only',
      relent: () => void execFileSync('mount', ['-o', 'remount,bind,rw', path]),
      release: () => unmount(path),
    };
  }
  rmSync(path, { recursive: true });
  throw new Error(
    'root can not make a folder read-only here: run the tests as somebody else, or allow root to mount',
  );
}

/** Says, where it can be seen, that a test did less than it says, and why. */
export function tellWithout(what: string): void {
  process.stderr.write(`\n${expect.getState().currentTestName ?? 'a test'}: without ${what}\n`);
}

function mounts(...args: readonly string[]): boolean {
  return process.platform === 'linux' && spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
}

function unmount(path: string): void {
  // Files there may still be open.
  execFileSync('umount', ['--lazy', path]);
  rmSync(path, { recursive: true });
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    mkdirSync(join(path, 'probe'));
    rmSync(join(path, 'probe'), { recursive: true });
    return true;
  } catch {
    return false;
  }
}
