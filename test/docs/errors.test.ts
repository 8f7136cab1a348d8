import { readFileSync } from 'node:fs';
import { ERROR_KINDS } from '#src/contracts/errors.js';

const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

it('has a section for every code, in the order of the table, and for nothing else', () => {
  expect([...sections.keys()]).toEqual(Object.keys(ERROR_KINDS));
});

it.each(Object.entries(ERROR_KINDS))(
  '%s says that it is a %s’s, why it comes and what to do',
  (code, kind) => {
    const section = sections.get(code)!;
    expect(section).toMatch(new RegExp(`^_Kind: ${kind}\\._$`, 'm'));
    expect(section).toMatch(/^\*\*Cause:\*\* \S.{30}/m);
    expect(section).toMatch(/^\*\*What to do:\*\* \S.{20}/m);
  },
);
