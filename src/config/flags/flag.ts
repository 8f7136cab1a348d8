import { FdeployError } from '../../contracts/errors.js';
import type { Task } from '../../contracts/results.js';
import { onOff, type ValueReader } from './values.js';

/** One option of a command, for the command line, its help and the completion. */
export interface AnyFlag {
  /** As commander takes them: `-n, --workers <n>`. */
  readonly flags: string;
  /** Its heading in the help. */
  readonly group: string;
  readonly help: string;
  /** The default, as shown in the help. */
  readonly fallback?: string;
  /** The tasks that it applies to, if not all. */
  readonly tasks?: readonly Task[];
  /** Its value is a path. In a defaults file, paths are relative to that file. */
  readonly path?: true;
  /** It applies to a single run, so a defaults file cannot set it. */
  readonly perRun?: true;
  /** Its values are arrays; given again, they are joined. */
  readonly repeats?: true;
  /** Absent for a switch. */
  readonly read?: ValueReader<unknown>;
}

/** An option whose value is a `V`. */
export type Flag<V> = AnyFlag &
  ([V] extends [boolean] ? { readonly read?: never } : { readonly read: ValueReader<V> });

/** A flag for every option; a missing one does not compile. The keys are commander's attribute names. */
export type FlagTable<Options> = {
  readonly [K in keyof Options]-?: Flag<NonNullable<Options[K]>>;
};

/** `--workers` of `-n, --workers <n>`, `--no-cls` of `--no-cls`. */
export function longName(flag: AnyFlag): string {
  return /--[\w-]+/.exec(flag.flags)?.[0] ?? flag.flags;
}

/**
 * Reads a value from code or from a defaults file by the rules of the command line.
 * @param name of the option in messages
 * @throws FdeployError BAD_OPTION
 */
export function readValue(flag: AnyFlag, value: unknown, name: string): unknown {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return (flag.read ?? onOff)(written, name);
}

/**
 * Rejects an option that does not apply to the model's task.
 * @param name of the option in messages
 * @throws FdeployError BAD_OPTION
 */
export function checkTask(flag: AnyFlag, name: string, task: Task): void {
  if (!flag.tasks || flag.tasks.includes(task)) return;
  const message = `${name} is for ${flag.tasks.join(' and ')}; this model's task is ${task}`;
  throw new FdeployError('BAD_OPTION', message, { file: name });
}
