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

/**
 * Takes the first lane of a campaign that no living process holds. A process that was killed holds none.
 *
 * @param folder - Made where there is none.
 * @throws StorageError where there can be no lock.
 */
export function takeLane(_folder: string, _options: LaneOptions = {}): Promise<Lane> {
  throw new Error('to come');
}
