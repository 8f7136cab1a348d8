import { rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ConvertOptions } from '../config/flags/commands.js';
import { networksIn, sourceOf } from '../config/network-files.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelSource } from '../contracts/runtime.js';
import { convertPaddleModel } from '../paddle/index.js';
import { messageLine } from './messages.js';

/**
 * `fdeploy convert <model> [-o file.onnx]`: writes a Paddle export as ONNX. Returns the exit code.
 * @param model directory of an export, or its `.pdmodel`, `__model__` or PIR `.json`
 * @throws FdeployError OUTPUT_EXISTS, and what `convertPaddleModel` throws
 */
export async function convert(model: string, options: ConvertOptions): Promise<number> {
  const { model: program, params } = await findExport(model);
  const output = options.output ?? program.replace(/(\.[^./\\]*)?$/, '.onnx');
  if (!options.overwrite && (await exists(output)))
    throw new FdeployError('OUTPUT_EXISTS', `${output} exists; --overwrite replaces it`, { file: output });
  const { onnx, externalData, inputs, outputs } = await convertPaddleModel({ model: program, params });
  if (externalData)
    await writeWhole(path.join(path.dirname(output), externalData.location), externalData.data);
  await writeWhole(output, onnx);
  const names = (values: readonly { name: string }[]): string => values.map(({ name }) => name).join(', ');
  process.stderr.write(messageLine(`wrote ${output}: ${names(inputs)} -> ${names(outputs)}`));
  return 0;
}

async function findExport(model: string): Promise<Extract<ModelSource, { kind: 'paddle' }>> {
  const folder = await stat(model).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const found = folder ? await networksIn(model) : [await sourceOf(model)];
  for (const { source } of found) if (source.kind === 'paddle') return source;
  throw new FdeployError(
    'MODEL_NOT_FOUND',
    `${model} holds no Paddle program (.pdmodel, __model__ or PIR .json)`,
    {
      file: model,
    },
  );
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Under a temporary name first: a file that stands under its own name is complete. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new FdeployError('OUTPUT_FAILED', `${file} cannot be written`, { file, cause });
  }
}
