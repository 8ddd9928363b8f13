/** The name of a mutation. */
export type MutationName = string;
