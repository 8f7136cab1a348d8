import { CommanderError, type Command } from 'commander';
import { fdeployVersion } from '../config/version.js';
import { FdeployError } from '../contracts/errors.js';
import { errorLine } from './messages.js';
import { addCompletionHelp, makeProgram } from './program.js';

/** Invalid arguments or invalid model. */
const EXIT_CALL = 2;
/** The run was aborted. */
const EXIT_RUN = 3;

/** Runs the command line `args` and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  process.stdout.on('error', ignoreGoneReader);
  const program = makeProgram(fdeployVersion(), (code) => {
    exitCode = code;
  });
  if (args[0] === 'completion' || args[0] === 'complete') {
    const { addCompletion } = await import('./completion.js');
    addCompletion(program);
  } else addCompletionHelp(program);
  for (const command of [program, ...program.commands]) throwErrors(command);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(await explained(error, program, args));
  }
}

/** Adds a hint to the error if an option of another tool was typed. */
async function explained(
  error: unknown,
  program: Command,
  [name, ...words]: readonly string[],
): Promise<unknown> {
  const command = program.commands.find((one) => one.name() === name);
  if (!command) return error;
  const { meantBy } = await import('./foreign-options.js');
  if (error instanceof CommanderError && error.code === 'commander.unknownOption') {
    const option = /'([^']*)'/.exec(error.message)?.[1] ?? '';
    const meant = meantBy(option, command);
    if (meant === undefined) return error;
    return new CommanderError(error.exitCode, error.code, `error: unknown option '${option}' (${meant})`);
  }
  // ultralytics writes options as words: conf=0.5
  if (error instanceof FdeployError && error.code === 'NO_IMAGES') {
    const word = words.find((one) => one === error.file && /^\w+=/.test(one));
    const meant = word === undefined ? undefined : meantBy(word, command);
    if (meant !== undefined)
      return new FdeployError(error.code, `${error.message} (${meant})`, { cause: error });
  }
  return error;
}

/** The reader of stdout may close it: `fdeploy --help | head`. */
function ignoreGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Makes commander throw its messages, so that they are printed like all others. */
function throwErrors(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined });
}

/** Prints an error: one sentence for a user's mistake, a stack for a bug. Returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') process.stderr.write(errorLine(sentenceOf(error)));
    return EXIT_CALL;
  }
  if (error instanceof FdeployError && error.kind !== 'bug') {
    process.stderr.write(errorLine(error.message));
    return error.kind === 'run' ? EXIT_RUN : EXIT_CALL;
  }
  if ((error as NodeJS.ErrnoException | null)?.syscall === 'uv_cwd') {
    process.stderr.write(errorLine('the working folder no longer exists: change to another folder'));
    return EXIT_CALL;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(errorLine(`this is a bug in fdeploy, please report it:\n${trace}`));
  return EXIT_RUN;
}

/** commander's message on one line, without its prefix: `unknown option '--topkk' (did you mean --topk?)`. */
function sentenceOf({ message }: CommanderError): string {
  return message
    .replace(/^error: /, '')
    .replace(/\n\(Did/, ' (did')
    .trimEnd();
}

// A closed stderr (`2>&1 | head`) does not end the run.
process.stderr.on('error', () => undefined);
process.exitCode = await main(process.argv.slice(2));
