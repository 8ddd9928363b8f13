export { Bindings } from './bindings.js';
export { describeValue } from './describe-value.js';
export { objectHandles } from './command-fields.js';
export type { Draft, ModelView } from './drafts.js';
export { HeapCommand, heapCommands, type HeapCommandsOptions } from './heap-commands.js';
export { HeapModel, type PerformingHeap } from './heap-model.js';
export type { HeapProgramsOptions, ProgramLevel } from './draw-program.js';
export { heapPrograms } from './heap-programs.js';
export type { SpanNote } from './ledger.js';
export type { ObjectLife } from './object-lives.js';
export type { LiveObject } from './plausible-objects.js';
export { isProgram } from './is-program.js';
export { BOOLEAN, checkOptions, FUNCTION, NUMBER, OBJECT, TEXT, type OptionKinds } from './options.js';
export { turnsAt, turnsOf, type Turn } from './nesting.js';
export * from './program.js';
export { requireProgram } from './require-program.js';
export {
  shrinkProgram,
  shrinkSteps,
  type ShrinkOptions,
  type ShrinkProgress,
  type ShrinkResult,
} from './shrinking/shrink-program.js';
export { shrinkStream } from './shrinking/shrink-stream.js';
export { parseProgram, parseProgramInParts } from './text/parse-program.js';
export { printCommand, printProgram } from './text/print-program.js';
export { ProgramSyntaxError, type SyntaxProblem, type TextPosition } from './text/syntax-error.js';
