/**
 * Writes a table with every layer in int8, calibrated on pictures: what `fdeploy quantize` writes only where int8 is faster than
 * float32 on this processor.
 *
 *   node test/support/write-int8-table.mjs <folder of a model with one network> <table> <pictures...>
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fillRunOptions } from '../../dist/config/flags/fill.js';
import { decodePicture } from '../../dist/images/decode.js';
import { tableFile } from '../../dist/onnx/quantize/index.js';
import { Calibration } from '../../dist/quantize/calibrate.js';
import { predictFloat } from '../../dist/quantize/evaluate.js';
import { floatNetworks } from '../../dist/quantize/networks.js';
import { resolveModel } from '../../dist/tasks/registry.js';

const [model, file, ...pictures] = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'fdeploy-table-test-'));

async function* decoded(decode) {
  for (const picture of pictures) yield await decodePicture(picture, decode);
}

try {
  const { spec } = fillRunOptions({ model });
  const handle = await resolveModel({ ...spec, shareWeights: false }, () => undefined);
  const [network] = await floatNetworks(handle, folder);
  const calibration = await Calibration.open(network);
  await predictFloat(handle, [network], decoded(handle.decode), () => (feeds) => calibration.see(feeds));
  const { ranges } = await calibration.close();
  const { part, hash } = network;
  const table = tableFile([{ part, network: hash, ranges, float: {} }], { model: handle.name });
  writeFileSync(file, JSON.stringify(table));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
