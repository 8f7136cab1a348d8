import { AddressRule } from '#src/sources/address-rule.js';

const refuses = (rule: AddressRule, url: string): boolean =>
  rule.refusal({ kind: 'http', url }) !== undefined;
const lookedUp = (rule: AddressRule, host: string): Promise<unknown> =>
  new Promise((resolve) => {
    rule.lookup(host, {}, (error, address) => {
      resolve(error ? error.code : address);
    });
  });

const OWN = [
  'http://127.0.0.1/',
  'http://127.9.9.9:80/a',
  'http://2130706433/', // 127.0.0.1 as a number
  'http://0x7f.1/',
  'http://0.0.0.0/',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[fe80::1]/',
  'http://localhost/',
  'http://a.localhost./',
];

test.each(OWN)('%s is refused unless it is named', (url) => {
  expect(refuses(new AddressRule(), url)).toBe(true);
  expect(refuses(new AddressRule(['example.com']), url)).toBe(true);
  expect(refuses(new AddressRule([new URL(url).hostname]), url)).toBe(false);
});

test('without names, other hosts are allowed; with names, only those', () => {
  const rule = new AddressRule(['example.com', '*.example.org', '10.0.0.7']);
  expect(refuses(new AddressRule(), 'https://example.com/a.jpg')).toBe(false);
  expect(refuses(new AddressRule(), 'http://10.0.0.7/a.jpg')).toBe(false);
  for (const url of ['https://EXAMPLE.com./a', 'http://a.b.example.org/', 'http://10.0.0.7:8080/']) {
    expect([url, refuses(rule, url)]).toEqual([url, false]);
  }
  for (const url of [
    'http://a.example.com/',
    'http://example.org/',
    'http://badexample.org/',
    'http://10.0.0.8/',
  ]) {
    expect([url, refuses(rule, url)]).toEqual([url, true]);
  }
});

test('a name that leads to this machine is refused when it is connected to', async () => {
  expect(await lookedUp(new AddressRule(), 'localhost')).toBe('ADDRESS_REFUSED');
  expect(await lookedUp(new AddressRule(['localhost']), 'localhost')).toMatch(/^(127\.0\.0\.1|::1)$/);
});

test('what is no host is refused', () => {
  expect(() => new AddressRule(['http://example.com/'])).toThrow(/--allow-host must be a host/);
});
