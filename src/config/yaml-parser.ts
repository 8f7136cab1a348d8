/** The YAML parser in a separate module, so that it is only loaded to read a config. */
export { parseDocument } from 'yaml';
