export { inspectModel } from './inspect.js';
export type { InspectedNetwork, InspectedOption, Inspection } from './inspect.js';
export type { InspectedSetting } from './settings.js';
export { inspectionText } from './inspection-text.js';
