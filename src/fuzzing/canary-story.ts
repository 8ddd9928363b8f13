/** Generated programs in which the fault of a canary is sought before it counts as not found. */
export const MOST_CANARY_PROGRAMS = 200;

/** Whether the planted fault of the canary was found, and how. */
export interface CanaryStory {
  readonly found: boolean;
  readonly story: string;
}
