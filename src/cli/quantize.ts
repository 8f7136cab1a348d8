import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { fillRunOptions } from '../config/flags/fill.js';
import type { QuantizeUserOptions } from '../config/flags/quantize.js';
import type { ModelHandle } from '../contracts/model.js';
import { quantizeModel, reportMarkdown, reportText } from '../quantize/index.js';
import { TABLE_FILE } from '../onnx/quantize/index.js';
import { tableInCache } from '../runtime/prepared-models.js';
import { terminalText } from '../sinks/index.js';
import { listSources } from '../sources/list-sources.js';
import { messageLine } from './messages.js';
import { refuseExisting, writeWhole } from './output-file.js';
import { signalExitCode, watchSignals } from './signals.js';

const DEFAULT_MAX_DROP = 0.5;

/**
 * `fdeploy quantize <model> <images...>`: calibrates int8 and writes the table.
 * @returns the exit code: 1 if no setting holds the limit
 * @throws FdeployError of kind `call`; OUTPUT_FAILED
 */
export async function quantize(
  model: string,
  images: readonly string[],
  given: QuantizeUserOptions,
): Promise<number> {
  const { output, overwrite, maxDrop = DEFAULT_MAX_DROP, json, markdown, ...options } = given;
  const say = (sentence: string): void => {
    process.stderr.write(messageLine(sentence));
  };
  if (output !== undefined && !overwrite) await refuseExisting(output);
  const pictures: string[] = [];
  for await (const { locator } of listSources({
    arguments: images,
    stdin: process.stdin,
    addresses: 'quantize takes files',
    notify: say,
  })) {
    if (locator.kind === 'file') pictures.push(locator.path);
  }
  const watch = watchSignals(
    () => undefined,
    () => undefined,
  );
  try {
    const { spec } = fillRunOptions({ ...options, model });
    const onOpen = async (handle: ModelHandle): Promise<void> => {
      await placeFor({ output, overwrite, handle });
    };
    const request = { spec, pictures, maxDrop: maxDrop / 100, notify: say, signal: watch.signal, onOpen };
    const { report, file, hashes, handle } = await quantizeModel(request);
    const written = file && (await write(JSON.stringify(file), { output, overwrite, handle, hashes }));
    const text = markdown ? reportMarkdown(report) : reportText(report);
    process.stdout.write(
      json ? `${JSON.stringify({ ...report, file: written ?? null }, undefined, 2)}\n` : terminalText(text),
    );
    if (written !== undefined) say(`wrote ${written}`);
    return file ? 0 : 1;
  } catch (error) {
    if (watch.caught !== undefined) return signalExitCode(watch.caught);
    throw error;
  } finally {
    watch.stop();
  }
}

interface Place {
  output: string | undefined;
  overwrite: boolean | undefined;
  handle: ModelHandle;
}

interface Target extends Place {
  hashes: readonly string[];
}

/**
 * The file for the table; undefined if it belongs in the cache.
 * @throws FdeployError OUTPUT_EXISTS
 */
async function placeFor({ output, overwrite, handle }: Place): Promise<string | undefined> {
  const file = output ?? (await besideModel(handle));
  if (file !== undefined && !overwrite) await refuseExisting(file);
  return file;
}

async function write(content: string, { output, overwrite, handle, hashes }: Target): Promise<string> {
  const beside = await placeFor({ output, overwrite, handle });
  const files = beside === undefined ? hashes.map(tableInCache) : [beside];
  for (const file of files) await writeWhole(file, content, { withFolder: true });
  return files[0]!;
}

/** In the folder of the networks, or the one above that holds all of them; undefined if it cannot be written. */
async function besideModel({ runtimes }: ModelHandle): Promise<string | undefined> {
  const folders = [
    ...new Set(Object.values(runtimes).map(({ source }) => path.dirname(path.resolve(source)))),
  ];
  const folder = folders.length === 1 ? folders[0]! : path.dirname(folders[0]!);
  const isCommon = folders.every((one) => one === folder || path.dirname(one) === folder);
  const isPackage = folder.split(path.sep).includes('node_modules');
  if (!isCommon || isPackage) return undefined;
  return access(folder, constants.W_OK).then(
    () => path.join(folder, TABLE_FILE),
    () => undefined,
  );
}
