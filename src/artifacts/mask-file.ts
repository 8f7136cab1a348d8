import type { SegmentationResult } from '../contracts/results.js';
import { artifactPath, writeArtifact } from './artifact-file.js';
import { encodeLabelPng } from './label-png.js';
import { classColour, isBackground } from '../ops/palette.js';

/**
 * Writes a result's label map into `folder` as a PNG whose pixels are class ids, and puts the file in its place.
 * @param image the picture's path as it stands in the record; the file keeps it, `a.jpg` becoming `a.jpg.png`
 * @param imageBytes the path's bytes as base64 where it is not UTF-8
 * @throws FdeployError ARTIFACT_FAILED
 */
export async function writeMask(
  result: SegmentationResult,
  image: string,
  imageBytes: string | undefined,
  folder: string,
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
  const file = await writeArtifact(folder, artifactPath(image, '.png', imageBytes), png);
  return { segments, mask: { width, height, file } };
}
