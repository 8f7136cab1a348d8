import { createRequire } from 'node:module';
import { TARGETS } from './targets.js';

// jest is the one that Stryker's runner starts, which depends on this package.
const require = createRequire(import.meta.resolve('jest'));
const { default: Sequencer } = require('@jest/test-sequencer');

/** The order of the table of targets: a mutant that a fast test kills needs no slow one. */
export default class InOrder extends Sequencer {
  sort(tests) {
    const { tests: order } = TARGETS[process.env.MUTATION_TARGET];
    const place = ({ path }) =>
      order.findIndex((name) => path.replaceAll('\\', '/').includes(`/test/${name}`));
    return [...tests].sort((a, b) => place(a) - place(b));
  }
}
