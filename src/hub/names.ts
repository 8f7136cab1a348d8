import { partsOfSet } from './sets.js';

/** A model on the hub, and its name in the store. */
export interface HubModel {
  readonly name: string;
  /** `owner/name` of the repository. */
  readonly repository: string;
  /** A branch, a tag or a commit. Default: main. */
  readonly revision?: string;
  /** Only the files below this folder of the repository. */
  readonly folder?: string;
  readonly megabytes?: number;
}

const REFERENCE = /^hf:([\w.-]+\/[\w.-]+)(?:@([\w.-]+))?(?:\/(.+?))?\/?$/;

/** Whether a name is written as a reference to a repository. */
export function isReference(name: string): boolean {
  return name.startsWith('hf:');
}

/**
 * The models that a name stands for: one of the official models, the parts of an OCR set, or a repository
 * (`hf:owner/name[@revision][/folder]`); undefined if it is no such name.
 * @throws FdeployError BAD_OPTION if a set has no model for the language
 */
export async function hubModels(name: string): Promise<HubModel[] | undefined> {
  if (isReference(name)) {
    const [, repository, revision, folder] = REFERENCE.exec(name) ?? [];
    const parts = [...(repository?.split('/') ?? []), ...(folder?.split('/') ?? [])];
    if (repository === undefined || parts.some((part) => /^\.*$/.test(part))) return undefined;
    return [{ name, repository, ...(revision && { revision }), ...(folder && { folder }) }];
  }
  const parts = partsOfSet(name);
  const { officialModel } = await import('./official/index.js');
  const official = (parts ? Object.values(parts) : [name]) as string[];
  const models = official.map((each) => officialModel(each));
  if (models.includes(undefined)) return undefined;
  return official.map((each, index) => {
    const megabytes = models[index]?.megabytes;
    return { name: each, repository: `PaddlePaddle/${each}`, ...(megabytes !== undefined && { megabytes }) };
  });
}

/** Every name that `models pull` knows: sets and official models. */
export async function hubNames(): Promise<string[]> {
  const [{ OCR_SETS }, { OFFICIAL_MODELS }] = await Promise.all([
    import('./sets.js'),
    import('./official/index.js'),
  ]);
  return [...OCR_SETS, ...OFFICIAL_MODELS.map(({ name }) => name)];
}
