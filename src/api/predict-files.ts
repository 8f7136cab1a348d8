import { Readable } from 'node:stream';
import { fillRunOptions } from '../config/flags/fill.js';
import { checkNotify, checkRunOptions, checkSettings } from '../config/flags/from-code.js';
import type { RunUserOptions } from '../config/flags/predict-options.js';
import { shardOf } from '../config/flags/shard.js';
import { pageRanges } from '../config/flags/page-list.js';
import { FdeployError } from '../contracts/errors.js';
import { kindOf } from '../contracts/kind-of.js';
import type { ResultRecord, RunSummary } from '../contracts/results.js';
import type { Notify } from '../contracts/spec.js';
import { expandDocuments, noPdf } from '../documents/index.js';
import { fetchingDispatcher } from '../dispatch/fetching/index.js';
import { localDispatcher } from '../dispatch/local/index.js';
import { pathOf } from '../sources/file-url.js';
import { JobFeed } from '../run/job-feed.js';
import { listSources } from '../sources/list-sources.js';
import { RemoteFiles } from '../sources/remote/remote-files.js';
import { sourcesOfShard } from '../sources/shard.js';
import { placed, RunOutputs } from '../outputs/index.js';
import { startRun } from '../run/start-run.js';

/** Options of `predictFiles`: the options of `fdeploy predict` about the model, the pictures and the clones. */
export interface PredictFilesOptions extends Omit<RunUserOptions, 'model'> {
  /** Directory, model file or config file, as a path or a file URL, or a known name. */
  model?: string | URL;
  /** Files, folders, patterns and addresses, as on the command line, or URLs; one or an array. */
  images: string | URL | readonly (string | URL)[];
  /** When aborted, pictures in progress finish and the iteration ends. During model preparation, the signal's reason is thrown. */
  signal?: AbortSignal;
  /** Receives messages for the user. Default: they are discarded. */
  notify?: Notify;
}

/** Options that the command line lacks or takes in another form. */
const ONLY_FROM_CODE = ['model', 'images', 'signal', 'notify'];

/**
 * Predicts many pictures with clones in threads or processes. Leaving the loop early ends the workers. A slow consumer slows the
 * workers down, so memory stays bounded.
 * @yields one record per picture, in completion order, or in input order with `ordered`. A picture that fails yields an error
 *   record
 * @returns the run's summary
 * @throws FdeployError of kind `call` if the model, an option or a pattern is wrong; of kind `run` if the run is aborted
 */
export async function* predictFiles(
  options: PredictFilesOptions,
): AsyncGenerator<ResultRecord, RunSummary, undefined> {
  const settings = checkRunOptions(options, ONLY_FROM_CODE);
  const { images, signal, notify = () => undefined, model, pages, shard, ...user } = options;
  checkNotify(notify);
  checkSignal(signal);
  const named = namesOf(images);
  const settled = { ...user, ...(model !== undefined && { model: pathOf(model, 'model') }) };
  const filled = await placed(fillRunOptions(settled), named);
  const outputs = await RunOutputs.check(filled.artifacts);
  const remote = new RemoteFiles();
  const files = listSources({
    arguments: named,
    addresses: remote,
    stdin: Readable.from([]),
    takes: (picture, below) => outputs.takes(picture, below),
    noPdf: noPdf(),
    notify,
  });
  const left = new AbortController();
  const part = shard === undefined ? undefined : shardOf(shard, 'shard');
  const listing = expandDocuments(sourcesOfShard(files, part), {
    remote,
    pages: pages === undefined ? undefined : pageRanges(pages, 'pages'),
    partOfRun: part !== undefined,
    signal: left.signal,
    notify,
  });
  try {
    const feed = await JobFeed.open(listing, {
      onEnd: () => {
        outputs.leftOut().forEach(notify);
      },
      onLeft: () => {
        left.abort();
      },
    });
    const run = await startRun({
      ...filled,
      feed,
      dispatch: fetchingDispatcher(localDispatcher(), remote),
      notify,
      ...(signal && { signal }),
    });
    checkSettings(settings, run.handle.task);
    yield* run.records;
    return run.summary();
  } finally {
    remote.close();
  }
}

/** @throws FdeployError NO_IMAGES, BAD_OPTION */
function namesOf(images: PredictFilesOptions['images']): string[] {
  const names = typeof images === 'string' || images instanceof URL ? [images] : images;
  if (!Array.isArray(names)) {
    const expected = 'a path, a file URL or an array of them';
    throw new FdeployError('BAD_OPTION', `images must be ${expected}, not ${kindOf(names)}`, {
      file: 'images',
    });
  }
  if (names.length === 0) {
    throw new FdeployError('NO_IMAGES', 'images is empty: name files, folders or patterns', {
      file: 'images',
    });
  }
  return names.map((name: string | URL) => {
    if (name instanceof URL && /^https?:$/.test(name.protocol)) return name.href;
    const named = pathOf(name, 'each of images');
    if (named !== '-') return named;
    const message = "'-' stands for standard input on the command line only: name files, folders or patterns";
    throw new FdeployError('BAD_OPTION', message, { file: 'images' });
  });
}

/** @throws FdeployError BAD_OPTION */
function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  const message = `signal must be an AbortSignal, not ${kindOf(signal)}`;
  throw new FdeployError('BAD_OPTION', message, { file: 'signal' });
}
