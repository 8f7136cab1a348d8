export { simplify, type Simplification } from './simplify.js';
export { isWorthwhile, RULES, type RuleName } from './rules/index.js';
export { NotSimplifiable, simplifyFile } from './simplify-file.js';
export { SIMPLIFIER_VERSION } from './version.js';
