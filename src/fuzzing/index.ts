export type { CorpusEntry, Offered } from './corpus.js';
export { checksMemory, DRAWINGS, drawnProgram, programOfRun, type Drawing } from './drawn-programs.js';
export { FeatureCounter, type Feature } from './features.js';
export { estimateUnseen, sayUnseen, type Unseen } from './good-turing.js';
export * from './guide.js';
export { minimiseCorpus } from './minimise.js';
export { programOfRecipe, type DrawnRecipe, type MutatedRecipe, type Recipe } from './recipe.js';
