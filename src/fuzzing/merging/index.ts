export {
  mergeCorpora,
  mergeRegressions,
  type MergedCorpus,
  type MergedFolder,
  type MergedRegressions,
  type ShardFolders,
} from './merge-folders.js';
export { MergeError, mergeReports } from './merge-reports.js';
export { parseReport, readReport, ReportError } from './read-report.js';
