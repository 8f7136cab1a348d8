/** Going on behind an output that an earlier run left. */
export { readJournal, type Journal } from './journal.js';
export { requireSameSettings, settingsOf, writeSettings, type RunSettings } from './settings.js';
