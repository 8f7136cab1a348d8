import type { SegmentationResult } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';
import { artifactOf, writeArtifact } from './artifact-file.js';
import { encodeLabelPng } from './label-png.js';
import { classColour, isBackground } from '../ops/palette.js';

/**
 * Writes a result's label map into `folder` as a PNG of class ids, and replaces it with the file's name.
 * @param source of the picture; the file keeps its name, `a.jpg` becoming `a.jpg.png`
 * @throws FdeployError ARTIFACT_FAILED
 */
export async function writeMask(
  result: SegmentationResult,
  source: Source,
  folder: string,
  base?: string,
): Promise<SegmentationResult> {
  const { mask, segments } = result;
  if ('file' in mask) return result;
  const { width, height, runs } = mask;
  const largest = Math.max(...segments.map(({ id }) => id));
  const labels = largest > 255 ? new Uint16Array(width * height) : new Uint8Array(width * height);
  let at = 0;
  for (const [id, length] of runs) labels.fill(id, at, (at += length));
  const names = new Map(segments.map(({ id, label }) => [id, label]));
  const png = await encodeLabelPng(labels, width, height, (id) =>
    isBackground(id, names.get(id) ?? null) ? [0, 0, 0] : classColour(id),
  );
  const file = await writeArtifact(folder, artifactOf(source, '.png', base), png);
  return { segments, mask: { width, height, file } };
}
