/** The YAML parser, apart, so that only what reads a config loads it. */
export { parseDocument } from 'yaml';
