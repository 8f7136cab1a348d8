import { Argument, Command, Option } from 'commander';
import { BENCH_FLAGS, CACHE_LIMIT } from '../config/flags/bench.js';
import {
  CONVERT_FLAGS,
  DOCTOR_FLAGS,
  MODELS_ACTIONS,
  REPORT_FLAGS,
  type ModelsAction,
  type ConvertOptions,
} from '../config/flags/commands.js';
import { longName, type AnyFlag } from '../config/flags/flag.js';
import { INSPECT_FLAGS } from '../config/flags/inspect.js';
import { PREDICT_FLAGS } from '../config/flags/predict.js';
import { WORKER_FLAGS } from '../config/flags/queue.js';
import { QUANTIZE_FLAGS } from '../config/flags/quantize.js';
import { oneOf, text } from '../config/flags/values.js';
import { PREDICT_HELP, PROGRAM_HELP } from './help-text.js';

/** Called with a command's exit code. */
export type Finish = (exitCode: number) => void;

/**
 * The commands with their options and help. The code of a command is loaded when it runs.
 * @param version of the package
 */
export function makeProgram(version: string, finish: Finish): Command {
  const program = new Command('fdeploy')
    .description(
      'Batch prediction with exported Paddle vision models (PaddleClas, PaddleDetection, PaddleSeg, PaddleOCR) in threads or processes that share one copy of the weights.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print help for a command')
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
  addWorker(program, finish);
  addQuantize(program, finish);
  addDoctor(program, finish);
  return program;
}

function addPredict(program: Command, finish: Finish): void {
  const command = program
    .command('predict')
    .summary('run a model on pictures (the main job)')
    .description('Runs a model on pictures and writes one result per picture.')
    .argument(
      '[images...]',
      'files, folders (searched recursively, without hidden files), quoted patterns, http(s) and s3 addresses, or - to read one path per line from stdin',
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
    .summary('measure speed and memory of clones')
    .description(
      'Measures the speed and memory of clones in threads and processes, with and without shared weights, and recommends settings. Each case runs in a fresh process.',
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
    .summary('fetch, add, list and remove models')
    .description(
      'Fetches models by name, adds and removes them, lists those on this machine, prints the path of the cache, or clears it.',
    )
    .addArgument(modelsAction())
    .argument(
      '[names...]',
      'pull, remove: names of models; known: part of a name or task; add: a folder or an archive',
    )
    .addHelpText('after', '\nExample:\n  $ fdeploy models pull PP-OCRv5_mobile\n');
  addFlags(command, {
    name: {
      flags: '--name <name>',
      group: 'Options',
      help: 'with add: the name of the model',
      fallback: "the folder's or the archive's",
      read: text('the name of a model'),
    },
    cacheLimit: { ...CACHE_LIMIT, help: 'with clear: size to reduce the cache to', fallback: '0' },
  });
  command.action(async (action: ModelsAction, names: string[]) => {
    const { models } = await import('./models.js');
    finish(await models(action, names, givenOptions(command)));
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
    .summary('convert a Paddle export to ONNX')
    .description(
      'Converts a Paddle export (.pdmodel or PIR .json) to ONNX for use in other tools. predict takes Paddle exports directly.',
    )
    .argument('<model>', 'exported directory, or its .pdmodel, __model__ or PIR .json')
    .addHelpText(
      'after',
      '\nExample:\n  $ fdeploy convert models/PicoDet -o picodet.onnx\n  $ fdeploy convert models/ResNet50_vd --precision int8 -o resnet-int8.onnx\n',
    );
  addFlags(command, CONVERT_FLAGS);
  command.action(async (model: string) => {
    const { precision = 'float32', ...options } = givenOptions(command) as ConvertOptions;
    if (precision === 'int8') {
      const { convertToInt8 } = await import('./convert-int8.js');
      finish(await convertToInt8(model, options));
      return;
    }
    const { convert } = await import('./convert.js');
    finish(await convert(model, options));
  });
}

function addReport(program: Command, finish: Finish): void {
  const command = program
    .command('report')
    .summary('make an HTML page of the results')
    .description(
      'Makes an HTML page of a run that opens from disk, with thumbnails, results, failures and statistics.',
    )
    .argument('<results.jsonl>', 'records written by predict')
    .addHelpText('after', '\nExample:\n  $ fdeploy report night.jsonl   makes night-report/index.html\n');
  addFlags(command, REPORT_FLAGS);
  command.action(async (results: string) => {
    const { report } = await import('./report.js');
    finish(await report(results, givenOptions(command)));
  });
}

function addWorker(program: Command, finish: Finish): void {
  const command = program
    .command('worker')
    .summary('predict for runs of other machines')
    .description(
      'Takes jobs of predict --queue from Redis or Valkey until it gets SIGINT or SIGTERM. Reads pictures and models below its roots only.',
    )
    .addHelpText('after', '\nExample:\n  $ fdeploy worker --queue redis://queue.local/0 --root /data\n');
  addFlags(command, WORKER_FLAGS);
  command.action(async () => {
    const { worker } = await import('./worker.js');
    finish(await worker(givenOptions(command)));
  });
}

function addQuantize(program: Command, finish: Finish): void {
  const command = program
    .command('quantize')
    .summary('calibrate int8 on pictures')
    .description(
      'Calibrates int8 on pictures, decides which layers stay float by comparing results with float32, and writes the table that predict --precision int8 uses.',
    )
    .argument('<model>', 'exported directory, model file, model config or a known name, as for predict')
    .argument('<images...>', 'files, folders or quoted patterns like those that will be predicted')
    .addHelpText('after', '\nExample:\n  $ fdeploy quantize models/ResNet50_vd photos/\n');
  addFlags(command, QUANTIZE_FLAGS);
  command.action(async (model: string, images: string[]) => {
    const { quantize } = await import('./quantize.js');
    finish(await quantize(model, images, givenOptions(command)));
  });
}

function addDoctor(program: Command, finish: Finish): void {
  const command = program
    .command('doctor')
    .summary('show what this machine has')
    .description(
      'Shows what fdeploy finds on this machine: processor, CPUs and memory it may use, backends and devices or what they lack, cache, versions. The exit code is 3 if the default backend cannot be used.',
    );
  addFlags(command, DOCTOR_FLAGS);
  command.action(async () => {
    const { doctor } = await import('./doctor.js');
    finish(await doctor(givenOptions(command)));
  });
}

function addInspect(program: Command, finish: Finish): void {
  const command = program
    .command('inspect')
    .summary('show how fdeploy reads a model')
    .description(
      'Shows how fdeploy reads a model: task, files, inputs, outputs, preprocessing, labels, defaults and problems. Prepares the model in the cache if it is not there yet.',
    )
    .argument('<model>', 'exported directory, model file, model config or a known name, as for predict')
    .addHelpText('after', '\nExample:\n  $ fdeploy inspect models/PicoDet --json | jq .settings\n');
  addFlags(command, INSPECT_FLAGS);
  command.action(async (model: string) => {
    const { inspect } = await import('./inspect.js');
    finish(await inspect(model, givenOptions(command)));
  });
}

/** Adds the options of a table to a command, grouped under their headings. */
export function addFlags(command: Command, table: Readonly<Record<string, AnyFlag>>): void {
  for (const flag of Object.values(table)) {
    const fallback = flag.fallback === undefined ? '' : ` (default: ${flag.fallback})`;
    const option = new Option(flag.flags, flag.help + fallback).helpGroup(`${flag.group}:`);
    const { read } = flag;
    if (read) {
      const name = longName(flag);
      option.argParser((text, before: unknown) => {
        const value = read(text, name);
        return flag.repeats && Array.isArray(before)
          ? [...(before as unknown[]), ...(value as unknown[])]
          : value;
      });
      if (read.values) option.argChoices = [...read.values];
    }
    command.addOption(option);
  }
}

/** The options given on the command line. */
export function givenOptions(command: Command): Readonly<Record<string, unknown>> {
  const given = Object.entries(command.opts()).filter(
    ([name]) => command.getOptionValueSource(name) === 'cli',
  );
  return Object.fromEntries(given);
}

/** Lists `completion` in the help; `addCompletion` makes the command itself when it is called. */
export function addCompletionHelp(program: Command): void {
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .summary('print a shell completion script')
    .description('Prints a completion script for a shell: source <(fdeploy completion bash)');
}
