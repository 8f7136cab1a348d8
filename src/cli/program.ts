import { Argument, Command, Option } from 'commander';
import { BENCH_FLAGS, CACHE_LIMIT } from '../config/flags/bench.js';
import { CONVERT_FLAGS, MODELS_ACTIONS, REPORT_FLAGS, type ModelsAction } from '../config/flags/commands.js';
import { longName, type AnyFlag } from '../config/flags/flag.js';
import { INSPECT_FLAGS } from '../config/flags/inspect.js';
import { PREDICT_FLAGS } from '../config/flags/predict.js';
import { oneOf } from '../config/flags/values.js';
import { PREDICT_HELP, PROGRAM_HELP } from './help-text.js';

/** Called with a command's exit code. */
export type Finish = (exitCode: number) => void;

/**
 * The commands with their options and help. What they do is loaded when one of them runs.
 * @param version of the package
 */
export function makeProgram(version: string, finish: Finish): Command {
  const program = new Command('fdeploy')
    .description(
      'Batch prediction with exported Paddle vision models (PaddleClas, PaddleDetection, PaddleSeg, PaddleOCR) in threads or processes that share one copy of the weights.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this text')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({
      optionDescription: ({ description }) => description,
      argumentDescription: ({ description }) => description,
    })
    .addHelpText('after', PROGRAM_HELP);
  addPredict(program, finish);
  addInspect(program, finish);
  addBench(program, finish);
  addModels(program, finish);
  addConvert(program, finish);
  addReport(program, finish);
  return program;
}

function addPredict(program: Command, finish: Finish): void {
  const command = program
    .command('predict')
    .summary('run a model over many pictures (the main job)')
    .description('Runs a model over many pictures and writes one result a picture.')
    .argument(
      '[images...]',
      'files, folders (walked for pictures; hidden names are left out), quoted patterns, - for one path a line on stdin',
    )
    .addHelpText('after', PREDICT_HELP);
  addFlags(command, PREDICT_FLAGS);
  command.action(async (images: string[]) => {
    const { predict } = await import('./predict.js');
    finish(await predict(images, givenOptions(command)));
  });
}

function addBench(program: Command, finish: Finish): void {
  const command = program
    .command('bench')
    .summary('memory and speed of clones, thread against process, on this machine')
    .description(
      'Measures clones with and without shared weights, each number of them in a fresh process, and says what is best here.',
    );
  addFlags(command, BENCH_FLAGS);
  command.action(async () => {
    const { bench } = await import('./bench.js');
    finish(await bench(givenOptions(command)));
  });
}

function addModels(program: Command, finish: Finish): void {
  const command = program
    .command('models')
    .summary('known models and the cache of prepared models')
    .description('Lists known and prepared models, tells where they lie, or clears the cache.')
    .addArgument(modelsAction());
  addFlags(command, {
    cacheLimit: { ...CACHE_LIMIT, help: 'with clear: what may stay', fallback: 'nothing' },
  });
  command.action(async (action: ModelsAction) => {
    const { models } = await import('./models.js');
    finish(await models(action, givenOptions(command)));
  });
}

function modelsAction(): Argument {
  const argument = new Argument('[action]', `${MODELS_ACTIONS.join(', ')} (default: list)`).default('list');
  const read = oneOf(MODELS_ACTIONS);
  argument.argParser((word) => read(word, "the action of 'models'"));
  argument.argChoices = [...MODELS_ACTIONS];
  return argument;
}

function addConvert(program: Command, finish: Finish): void {
  const command = program
    .command('convert')
    .summary('a Paddle export as ONNX, without Python')
    .description(
      'Converts a Paddle export (.pdmodel or PIR .json) to ONNX. predict does so by itself: this is for other tools.',
    )
    .argument('<model>', 'directory of an export, or its .pdmodel, __model__ or PIR .json')
    .addHelpText('after', '\nExample:\n  $ fdeploy convert models/PicoDet -o picodet.onnx\n');
  addFlags(command, CONVERT_FLAGS);
  command.action(async (model: string) => {
    const { convert } = await import('./convert.js');
    finish(await convert(model, givenOptions(command)));
  });
}

function addReport(program: Command, finish: Finish): void {
  const command = program
    .command('report')
    .summary('a page to look at the results')
    .description(
      'Makes a static page of a run: thumbnails with their results, failures and figures. It opens from disk.',
    )
    .argument('<results.jsonl>', 'the records, as predict wrote them')
    .addHelpText('after', '\nExample:\n  $ fdeploy report night.jsonl   makes night-report/index.html\n');
  addFlags(command, REPORT_FLAGS);
  command.action(async (results: string) => {
    const { report } = await import('./report.js');
    finish(await report(results, givenOptions(command)));
  });
}

function addInspect(program: Command, finish: Finish): void {
  const command = program
    .command('inspect')
    .summary('what fdeploy understood of a model')
    .description(
      'Shows what fdeploy understood of a model: task, files, inputs and outputs, preprocessing, labels, what is taken by default and what is wrong. A model that was not used before is prepared in the cache by this.',
    )
    .argument('<model>', 'exported directory, model file, model config or a known name, as for predict')
    .addHelpText('after', '\nExample:\n  $ fdeploy inspect models/PicoDet --json | jq .settings\n');
  addFlags(command, INSPECT_FLAGS);
  command.action(async (model: string) => {
    const { inspect } = await import('./inspect.js');
    finish(await inspect(model, givenOptions(command)));
  });
}

/** Adds a table's options under their headings. */
export function addFlags(command: Command, table: Readonly<Record<string, AnyFlag>>): void {
  for (const flag of Object.values(table)) {
    const fallback = flag.fallback === undefined ? '' : ` (default: ${flag.fallback})`;
    const option = new Option(flag.flags, flag.help + fallback).helpGroup(`${flag.group}:`);
    const { read } = flag;
    if (read) {
      const name = longName(flag);
      option.argParser((text) => read(text, name));
      if (read.values) option.argChoices = [...read.values];
    }
    command.addOption(option);
  }
}

/** The options that the command line itself gave. */
export function givenOptions(command: Command): Readonly<Record<string, unknown>> {
  const given = Object.entries(command.opts()).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(given);
}

/** Shows `completion` in the help; the command itself is made where it is called. */
export function addCompletionHelp(program: Command): void {
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .summary('print a script that completes commands and options in a shell')
    .description('Prints a script for the shell: source <(fdeploy completion bash)');
}
