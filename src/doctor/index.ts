/** What `fdeploy doctor` says: this machine as fdeploy uses it. */
export { diagnose, type Diagnosis } from './diagnose.js';
export { diagnosisText } from './text.js';
