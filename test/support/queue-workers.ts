import { finished, startCli } from '../support/cli.js';
import { until } from '../support/until.js';

/** Workers of a queue that a test starts. */
export class QueueWorkers {
  readonly #children: ReturnType<typeof startCli>[] = [];

  /** Starts a worker; resolves when it takes jobs. */
  async start(args: readonly string[], env?: Record<string, string>) {
    const child = startCli(['worker', ...args], env ? { env } : {});
    this.#children.push(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until(() => said.includes('takes jobs'));
    return { child, said: () => said };
  }

  /** Tells those that still run to leave, and waits until they have. */
  async leave(): Promise<void> {
    const left = this.#children
      .splice(0)
      .filter((child) => child.exitCode === null && child.signalCode === null);
    const codes = left.map(async (child) => {
      const end = finished(child);
      child.kill('SIGTERM');
      return (await end).code;
    });
    expect(await Promise.all(codes)).toEqual(left.map(() => 143));
  }
}
