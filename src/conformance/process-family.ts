import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** The variable by which a process, and all that descends from it, is known again. */
const MARK_NAME = 'HEAPSPEC_RUN';

/** Searches of the system for those that are left; each finds whom the ones before it could not see yet. */
const MOST_SEARCHES = 64;

/** What marks a process: a variable of its environment, which whatever it starts inherits. */
export interface Mark {
  readonly environment: Readonly<Record<string, string>>;
  /** The variable as `/proc` has it. */
  readonly text: string;
}

/** A mark that no other process has. */
export function newMark(): Mark {
  const value = randomBytes(16).toString('hex');
  return { environment: { [MARK_NAME]: value }, text: `${MARK_NAME}=${value}` };
}

/**
 * Ends a process at once, with its group and, where the system has `/proc`, with all that descend from it, are of its
 * session, or have its mark. Only one that has left its session and its parents, and its environment too, gets away.
 */
export function endFamily(pid: number, { text }: Mark): void {
  end(-pid);
  const ended = new Set<number>();
  for (let search = 0; search < MOST_SEARCHES; search++) {
    const left = familyOf(pid, text).filter((one) => !ended.has(one));
    if (left.length === 0) return;
    for (const one of left) {
      end(one);
      ended.add(one);
    }
  }
}

/** The processes that run, and descend from one, are of its session, or have its mark. */
function familyOf(pid: number, mark: string): number[] {
  const others = processes();
  const family = new Set(
    others
      .filter(({ id, session }) => id === pid || session === pid || hasMark(id, mark))
      .map(({ id }) => id),
  );
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { id, parent } of others) if (family.has(parent)) family.add(id);
  }
  return [...family];
}

interface Process {
  readonly id: number;
  readonly parent: number;
  readonly session: number;
}

/** All processes that run; none on systems without `/proc`. */
function processes(): Process[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statusOf(Number(name)) : []));
  } catch {
    return [];
  }
}

function statusOf(id: number): Process[] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    const [state, parent, , session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // One that has ended, and that nobody has asked after yet, runs no more.
    return state === 'Z' ? [] : [{ id, parent: Number(parent), session: Number(session) }];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function hasMark(id: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`, 'latin1').includes(mark);
  } catch {
    // It has ended meanwhile, or is another user's.
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // There is none any more.
  }
}
