/** Going on behind an output that an earlier run left. */
export { readJournal, type Journal } from './journal.js';
export {
  requireSameSettings,
  settingsFile,
  settingsOf,
  writeSettings,
  type RunSettings,
} from './settings.js';
