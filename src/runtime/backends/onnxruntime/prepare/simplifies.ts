import { FdeployError } from '../../../../contracts/errors.js';

/** Whether networks are simplified before they are prepared: unless `$FDEPLOY_SIMPLIFY` is 0. @throws FdeployError BAD_OPTION */
export function simplifies(): boolean {
  const text = process.env.FDEPLOY_SIMPLIFY;
  if (text === undefined || text === '' || text === '1') return true;
  if (text === '0') return false;
  throw new FdeployError('BAD_OPTION', `FDEPLOY_SIMPLIFY must be 0 or 1, not "${text}"`, {
    expected: '0 or 1',
    found: text,
  });
}
