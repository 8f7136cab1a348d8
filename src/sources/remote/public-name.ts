/** Parts of the names of query parameters that hold secrets, in lower case. */
const SECRET_PARTS = [
  'token',
  'secret',
  'passw',
  'signature',
  'credential',
  'apikey',
  'api_key',
  'api-key',
  'accesskey',
  'access_key',
  'access-key',
  'keyid',
  'key-pair',
  'jwt',
  'hmac',
  'session',
];
/** Whole names of such parameters, and of those that change with each signature. */
const SECRET_NAMES: ReadonlySet<string> = new Set(
  'sig sign pwd pass pw policy auth authkey auth_key auth-key authorization'.split(' '),
);
/** First parts of the names of signatures: Amazon, Google, Alibaba, Tencent. */
const SIGNATURE_PREFIXES = [
  'x-amz-',
  'x-goog-',
  'x-oss-',
  'q-sign-',
  'q-ak',
  'q-key-',
  'q-header-',
  'q-url-',
];
/** What belongs to a signature, and is left out beside one: Azure, CloudFront. */
const BESIDE_SIGNATURE: ReadonlySet<string> = new Set(
  'se sp sv sr st ss srt spr sip skoid sktid skt ske sks skv expires googleaccessid hash-algorithm'.split(
    ' ',
  ),
);
const SIGNATURES = /^(sig|sign|signature|x-(amz|goog|oss)-signature|q-signature)$/;

const PARTS = /^([^?#]*)(\?[^#]*)?(#.*)?$/s;

/**
 * An address as records, messages and settings have it: without user, password, and those parameters of its query that are called
 * like secrets or belong to a signature. The rest stays as it was given. Parameters may also be in the fragment.
 */
export function publicName(address: string): string {
  const [, place = '', query = '', fragment = ''] = PARTS.exec(withoutUser(address)) ?? [];
  return place + withoutSecrets(query) + withoutSecrets(fragment);
}

/** Node accepts users in more spellings than a pattern would find, such as `http:///user@host`. */
function withoutUser(address: string): string {
  if (!URL.canParse(address)) return address.replace(/^([a-z0-9]+:\/\/)[^?#]*@/i, '$1');
  const url = new URL(address);
  if (url.username === '' && url.password === '') return address;
  url.username = '';
  url.password = '';
  return url.href;
}

/** @param text parameters after `?` or `#`, or nothing */
function withoutSecrets(text: string): string {
  if (!text.includes('=')) return text;
  const parameters = text.slice(1).split('&');
  const names = parameters.map(nameOf);
  const isSigned = names.some((name) => SIGNATURES.test(name));
  const kept = parameters.filter((parameter, i) => {
    const name = names[i] ?? '';
    return !isSecret(name, parameter) && !(isSigned && BESIDE_SIGNATURE.has(name));
  });
  return kept.length === 0 ? '' : text.charAt(0) + kept.join('&');
}

function isSecret(name: string, parameter: string): boolean {
  if (SECRET_NAMES.has(name) || SIGNATURE_PREFIXES.some((prefix) => name.startsWith(prefix))) return true;
  if (SECRET_PARTS.some((part) => name.includes(part))) return true;
  const value = parameter.slice(parameter.indexOf('=') + 1);
  // A key may be that of an object, which is a path, or one that opens something. `eyJ` starts each JSON Web Token.
  return (name === 'key' && !/[./]|%2f/i.test(value)) || value.startsWith('eyJ');
}

function nameOf(parameter: string): string {
  const [name = ''] = parameter.split('=');
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim().toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
