import { fstatSync } from 'node:fs';
import path from 'node:path';
import { ARTIFACT_KINDS, ARTIFACT_OPTIONS, type ArtifactFolders } from '../contracts/artifacts.js';
import { TEXT_FILE_KINDS, TEXT_FILE_OPTIONS, type TextFolders } from '../contracts/text-files.js';
import type { NativePath } from '../sources/paths.js';
import * as conflicts from './conflicts.js';
import { isOwnOutput } from './contents.js';
import { OwnFolders, type OwnFolder } from './own-folders.js';
import { comparable, idOf, placeOf, statsOf } from './place.js';

type OutputFile = conflicts.OutputFile;
type OutputFolder = conflicts.OutputFolder;

/** The paths of a command, by purpose. */
export interface RunPaths extends ArtifactFolders {
  /** undefined is stdout. */
  output?: string | undefined;
  existing?: 'refuse' | 'overwrite' | 'resume';
  /** The file beside the output that `--resume` needs. */
  settings?: string | undefined;
  summary?: string | undefined;
  report?: string | undefined;
  texts?: TextFolders | undefined;
  /** The model: a folder, or one of its files. */
  models?: readonly string[];
  /** Input files with their options. */
  inputs?: readonly (readonly [what: string, file: string | undefined])[];
}

const STDOUT = 1;

/**
 * Everything a run writes, known before anything is opened: nothing of it may replace what the run reads, or another of its
 * outputs. Files are told apart by device and inode, missing ones by their path. An output that is there is refused where it is a
 * picture, so that this holds for a list of pictures that is not read to its end yet; and every picture is compared as it is
 * listed, with those outputs that are there and were not written by fdeploy.
 */
export class RunOutputs {
  readonly #paths = new Map<string, OutputFile>();
  readonly #replaced = new Map<string, OutputFile>();
  readonly #own: OwnFolders;
  readonly #leftOut = new Map<OwnFolder, number>();

  private constructor(files: readonly OutputFile[], folders: readonly OutputFolder[]) {
    for (const file of files) {
      const { place, replaces } = file;
      if (place.path !== '') {
        this.#paths.set(comparable(path.resolve(place.named)), file).set(comparable(place.path), file);
      }
      if (replaces && place.id !== undefined && place.kind === 'file' && !isOwnOutput(place.path)) {
        this.#replaced.set(place.id, file);
      }
    }
    this.#own = new OwnFolders(
      folders.flatMap(({ what, place: { id, named } }) => (id === undefined ? [] : [{ id, named, what }])),
    );
  }

  /**
   * Checks the outputs for conflicts with each other and with the input files.
   * @throws FdeployError BAD_OPTION; OUTPUT_EXISTS for settings that fdeploy did not write
   */
  static async check(paths: RunPaths): Promise<RunOutputs> {
    const files = outputFiles(paths);
    const folders = outputFolders(paths);
    conflicts.checkFiles(files);
    conflicts.checkFolders(folders);
    const thumbs = paths.report === undefined ? undefined : placeOf(path.join(paths.report, 'thumbs'));
    if (thumbs) conflicts.checkOutside(thumbs, [...files, ...folders]);
    conflicts.checkInputs(files, paths.inputs ?? []);
    await conflicts.checkModels(files, paths.models ?? []);
    conflicts.checkContents(files, paths.settings);
    const own = thumbs ? [...folders, { what: '--report', place: thumbs }] : folders;
    return new RunOutputs(files, own);
  }

  /**
   * Whether a picture is predicted; false if an earlier run drew it into an output folder of this one.
   * @param below the named folder, or the fixed part of the named pattern, that contains it; undefined if it was named itself
   * @throws FdeployError BAD_OPTION if an output would replace it
   */
  takes(picture: NativePath, below: NativePath | undefined): boolean {
    const file = this.#outputAt(picture);
    if (file) {
      const { named } = file.place;
      throw conflicts.bad(`${file.what} '${named}' is one of the pictures to predict`, named);
    }
    const folder = this.#own.leavesOut(picture, below);
    if (folder) this.#leftOut.set(folder, (this.#leftOut.get(folder) ?? 0) + 1);
    return folder === undefined;
  }

  /** Messages about the pictures that were skipped. */
  leftOut(): string[] {
    return [...this.#leftOut].map(([{ named, what }, count]) => {
      const pictures = count === 1 ? '1 picture' : `${count} pictures`;
      return `skipped ${pictures} in '${named}', which this run writes to (${what})`;
    });
  }

  #outputAt(picture: NativePath): OutputFile | undefined {
    if (typeof picture === 'string' && this.#paths.size > 0) {
      const file = this.#paths.get(comparable(path.resolve(picture)));
      if (file) return file;
    }
    if (this.#replaced.size === 0) return undefined;
    const stats = statsOf(picture);
    return stats && this.#replaced.get(idOf(stats));
  }
}

function outputFiles({ output, existing, settings, summary, report }: RunPaths): OutputFile[] {
  const files: OutputFile[] = [];
  const add = (what: string, named: string | undefined, replaces: boolean): void => {
    if (named !== undefined) files.push({ what, place: placeOf(named), replaces });
  };
  if (output !== undefined) {
    const goesOn = existing === 'resume' && statsOf(output) !== undefined;
    add('--output', output, existing === 'overwrite');
    add('the settings of --output', settings, !goesOn);
    add('the lock of --output', `${placeOf(output).path}.lock`, false);
  } else files.push(...stdoutFile());
  add('--summary', summary, true);
  if (report !== undefined) add('the page of --report', path.join(report, 'index.html'), false);
  return files;
}

/** stdout, if the shell redirects it to a file. */
function stdoutFile(): OutputFile[] {
  const stats = fstatSync(STDOUT, { bigint: true });
  if (!stats.isFile()) return [];
  return [
    { what: 'stdout', place: { named: 'stdout', path: '', id: idOf(stats), kind: 'file' }, replaces: false },
  ];
}

function outputFolders(paths: RunPaths): OutputFolder[] {
  const { texts = {}, report } = paths;
  const artifacts = ARTIFACT_KINDS.map((kind) => [ARTIFACT_OPTIONS[kind], paths[kind]] as const);
  const own = [...artifacts, ['--report', report] as const].flatMap(([what, folder]) =>
    folder === undefined ? [] : [{ what, place: placeOf(folder) }],
  );
  const shared = TEXT_FILE_KINDS.flatMap((kind) => {
    const folder = texts[kind];
    if (folder === undefined) return [];
    return [{ what: TEXT_FILE_OPTIONS[kind], place: placeOf(folder), shared: true }];
  });
  return [...own, ...shared];
}
