/** Continuing an output of an earlier run. */
export { readJournal, type Journal } from './journal.js';
export {
  requireSameSettings,
  settingsFile,
  settingsOf,
  writeSettings,
  type RunSettings,
} from './settings.js';
