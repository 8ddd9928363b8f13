import { CLASS_TO_SIZE, MAX_SMALL_SIZE, NUM_SIZE_CLASSES, TINY_SIZE } from '../spec/index.js';

/** An object from its allocation to the cycle that finds it unmarked; one for all that share a tiny block. */
export interface ObjectLife {
  /** Byte offset of the object or the tiny block from the start of the arena. */
  readonly addr: number;
  /** Bytes in which a mark is a mark of this object: of its slot, or up to the limit of a large object. */
  readonly bytes: number;
  /** Whether the cycle that is under way will leave it. */
  kept: boolean;
  dead: boolean;
}

/** Distance, in bytes, of the sizes that {@link sizeClassOf} tells apart. */
const STEP = 8;

const CLASS_OF_STEPS = classOfSteps();

function classOfSteps(): Uint8Array {
  const classes = new Uint8Array(MAX_SMALL_SIZE / STEP + 1);
  let steps = 0;
  for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
    while (steps * STEP <= CLASS_TO_SIZE[sizeclass]) classes[steps++] = sizeclass;
  }
  return classes;
}

/** The size class of an object of 1 to 32768 bytes: the smallest that has room for it. */
export function sizeClassOf(size: number): number {
  return CLASS_OF_STEPS[Math.ceil(size / STEP)];
}

/** Whether an object shares a tiny block with others: it is small, and has no pointers. */
export function isTiny(size: number, scan: number): boolean {
  return size < TINY_SIZE && scan === 0;
}

/**
 * Which objects live, as a program may know it: those that were marked in the last cycle or were allocated since it
 * began to mark. An object that its finalizer saves from being swept counts as dead; nobody may use it any more.
 *
 * Nothing here looks at a heap: addresses of objects are all that it is told.
 */
export class ObjectLives {
  private marking = false;
  private readonly live = new Set<ObjectLife>();
  private readonly tinyBlocks = new Map<number, ObjectLife>();

  /** Notes an object that was allocated, and gives its life. */
  born(addr: number, size: number, scan: number): ObjectLife {
    if (!isTiny(size, scan)) {
      return this.begin(addr, size > MAX_SMALL_SIZE ? size : CLASS_TO_SIZE[sizeClassOf(size)]);
    }
    const block = addr - (addr % TINY_SIZE);
    // A part that is placed in an open block is not marked by that: it depends on the others.
    const shared = this.tinyBlocks.get(block);
    if (shared !== undefined) return shared;
    const life = this.begin(block, TINY_SIZE);
    this.tinyBlocks.set(block, life);
    return life;
  }

  /** Notes that marking began. */
  startMarking(): void {
    this.marking = true;
  }

  /** Notes a mark at an address; `likely` is the object that most probably lies there. */
  mark(addr: number, likely: ObjectLife | undefined): void {
    if (!this.marking) return;
    if (likely !== undefined && isWithin(addr, likely)) likely.kept = true;
    else for (const life of this.live) if (isWithin(addr, life)) life.kept = true;
  }

  /** Notes that marking ended: what is not kept is dead. */
  endMarking(): void {
    if (!this.marking) return;
    this.marking = false;
    for (const life of this.live) {
      if (!life.kept) {
        life.dead = true;
        this.live.delete(life);
      }
      life.kept = false;
    }
    for (const [block, { dead }] of this.tinyBlocks) if (dead) this.tinyBlocks.delete(block);
  }

  private begin(addr: number, bytes: number): ObjectLife {
    const life = { addr, bytes, kept: this.marking, dead: false };
    this.live.add(life);
    return life;
  }
}

function isWithin(addr: number, { addr: start, bytes }: ObjectLife): boolean {
  return addr >= start && addr < start + bytes;
}
