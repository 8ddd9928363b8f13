/** Whether the planted fault of the canary was found, and how. */
export interface CanaryStory {
  readonly found: boolean;
  readonly story: string;
}
