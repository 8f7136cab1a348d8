import { FdeployError } from '../../contracts/errors.js';
import type { Task } from '../../contracts/results.js';
import { onOff, type ValueReader } from './values.js';

/** One option of a command, as the command line, its help and the completion show it. */
export interface AnyFlag {
  /** As commander takes them: `-n, --workers <n>`. */
  readonly flags: string;
  /** The heading it stands under in the help. */
  readonly group: string;
  readonly help: string;
  /** What holds where it is not given, as the help says it. */
  readonly fallback?: string;
  /** The tasks it means something to, where it is not all of them. */
  readonly tasks?: readonly Task[];
  /** It names a file or a folder; a file of defaults names those from where it lies. */
  readonly path?: true;
  /** It belongs to one run, so that a file of defaults cannot set it. */
  readonly perRun?: true;
  /** Left out for a switch. */
  readonly read?: ValueReader<unknown>;
}

/** An option whose value is a `V`. */
export type Flag<V> = AnyFlag &
  ([V] extends [boolean] ? { readonly read?: never } : { readonly read: ValueReader<V> });

/** A flag for every option: one that is missing does not compile. The keys are commander's attribute names. */
export type FlagTable<Options> = {
  readonly [K in keyof Options]-?: Flag<NonNullable<Options[K]>>;
};

/** `--workers` of `-n, --workers <n>`, `--no-cls` of `--no-cls`. */
export function longName(flag: AnyFlag): string {
  return /--[\w-]+/.exec(flag.flags)?.[0] ?? flag.flags;
}

/**
 * Reads one value that did not come from the command line (a call from code, a file of defaults) by the rules
 * of the command line.
 * @param name how the option is called in the message
 * @throws FdeployError BAD_OPTION
 */
export function readValue(flag: AnyFlag, value: unknown, name: string): unknown {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return (flag.read ?? onOff)(written, name);
}

/**
 * Refuses an option that says nothing to the model's task.
 * @param name how the option is called in the message
 * @throws FdeployError BAD_OPTION
 */
export function checkTask(flag: AnyFlag, name: string, task: Task): void {
  if (!flag.tasks || flag.tasks.includes(task)) return;
  const message = `${name} is for ${flag.tasks.join(' and ')}; this model's task is ${task}`;
  throw new FdeployError('BAD_OPTION', message, { file: name });
}
