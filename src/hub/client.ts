import type * as Hub from '@huggingface/hub';
import { FdeployError } from '../contracts/errors.js';

/** Where the hub is, what opens it, and how it is asked. */
export interface HubAccess {
  readonly hubUrl: string;
  readonly accessToken?: string;
  /** The client's requests go through it. */
  readonly fetch: typeof fetch;
}

const HUB = 'https://huggingface.co';

/** The hub of `HF_ENDPOINT`, opened with `HF_TOKEN`. @throws FdeployError BAD_OPTION */
export function hubAccess(env: NodeJS.ProcessEnv = process.env): HubAccess {
  const hubUrl = (env.HF_ENDPOINT === undefined || env.HF_ENDPOINT === '' ? HUB : env.HF_ENDPOINT).replace(
    /\/+$/,
    '',
  );
  const accessToken = env.HF_TOKEN;
  if (!URL.canParse(hubUrl) || !/^https?:/.test(hubUrl)) {
    throw new FdeployError('BAD_OPTION', `HF_ENDPOINT must be an http or https address, not '${hubUrl}'`, {
      file: 'HF_ENDPOINT',
    });
  }
  if (accessToken && !accessToken.startsWith('hf_')) {
    throw new FdeployError('BAD_OPTION', "HF_TOKEN must be a token of the hub, which starts with 'hf_'", {
      file: 'HF_TOKEN',
    });
  }
  return { hubUrl, ...(accessToken && { accessToken }), fetch: fetchOf(new URL(hubUrl).origin) };
}

/**
 * `fetch` that sends the token to the hub only. The client adds it to the address of a file's store and to that of the next
 * page of a list, which the hub's answers name.
 */
function fetchOf(hub: string): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== hub) request.headers.delete('Authorization');
    return await fetch(request);
  };
}

/** The hub's client. @throws FdeployError PACKAGE_MISSING */
export async function loadClient(): Promise<typeof Hub> {
  try {
    return await import('@huggingface/hub');
  } catch (cause) {
    const message =
      'fetching models needs the package @huggingface/hub: install it with npm install @huggingface/hub';
    throw new FdeployError('PACKAGE_MISSING', message, { file: '@huggingface/hub', cause });
  }
}
