import { FdeployError } from '../contracts/errors.js';
import { LANGUAGES, speaks, type LanguageGroup } from './languages.js';

/** The parts of an OCR set, by the names of their models. */
export interface SetParts {
  readonly det: string;
  readonly cls: string;
  readonly rec: string;
}

/** Line orientation of PaddleX's OCR pipeline. */
const ORIENTATION = 'PP-LCNet_x1_0_textline_ori';

/** Sets of models that read text: a detection, an orientation and a recognition model of one series. */
export const OCR_SETS = [
  'PP-OCRv6_medium',
  'PP-OCRv6_small',
  'PP-OCRv6_tiny',
  'PP-OCRv5_server',
  'PP-OCRv5_mobile',
  'PP-OCRv4_server',
  'PP-OCRv4_mobile',
  'PP-OCRv3_mobile',
] as const;

type OcrSet = (typeof OCR_SETS)[number];

/** Whether a name is that of a set, without or with a language: `PP-OCRv5_mobile:korean`. */
function isOcrSet(name: string): boolean {
  return setOf(name) !== undefined;
}

function setOf(name: string): OcrSet | undefined {
  const [set] = name.split(':', 1);
  return OCR_SETS.find((known) => known === set);
}

/**
 * The models of a set; undefined if the name is none.
 * @throws FdeployError BAD_OPTION if the set has no model for the language
 */
export function partsOfSet(name: string): SetParts | undefined {
  const set = setOf(name);
  if (set === undefined) return undefined;
  const language = name.slice(set.length + 1);
  const rec = name === set ? `${set}_rec` : recognitionOf(set, language);
  if (rec !== undefined) return { det: `${set}_det`, cls: ORIENTATION, rec };
  const others = OCR_SETS.filter((other) => recognitionOf(other, language) !== undefined);
  const hint = others.length === 0 ? languageHint(set) : `; these have: ${others.join(', ')}`;
  const message = `${set} has no model for the language '${language}'${hint}`;
  throw new FdeployError('BAD_OPTION', message, { file: '--lang', found: language });
}

function languageHint(set: OcrSet): string {
  const codes = Object.keys(LANGUAGES).filter((code) => recognitionOf(set, code) !== undefined);
  const own = ['ch', 'en', 'japan', 'korean'].filter((code) => recognitionOf(set, code) !== undefined);
  return `: it reads ${[...own, ...codes].join(', ')} and the codes of these groups, such as de, ru or ar`;
}

/** The recognition model of a set for a language's code or a group's name, as PaddleOCR 3.7.0 chooses it. */
function recognitionOf(set: OcrSet, language: string): string | undefined {
  const own = `${set}_rec`;
  const [series = ''] = set.split('_', 1);
  switch (series) {
    case 'PP-OCRv6':
      if (language === 'japan') return set === 'PP-OCRv6_tiny' ? undefined : own;
      if (['ch', 'chinese_cht', 'en', 'latin'].includes(language)) return own;
      return language !== 'pi' && speaks('latin', language) ? own : undefined;
    case 'PP-OCRv5': {
      if (['ch', 'chinese_cht', 'japan'].includes(language)) return own;
      const pack = ['en', 'korean', 'th', 'el', 'te', 'ta'].includes(language)
        ? language
        : groupOf(language, ['latin', 'eslav', 'arabic', 'cyrillic', 'devanagari']);
      return pack && `${pack}_PP-OCRv5_mobile_rec`;
    }
    case 'PP-OCRv4':
      if (language === 'ch') return own;
      return language === 'en' ? 'en_PP-OCRv4_mobile_rec' : undefined;
    default: {
      if (language === 'ch') return own;
      const pack = ['en', 'korean', 'japan', 'chinese_cht', 'te', 'ka', 'ta'].includes(language)
        ? language
        : groupOf(language, ['latin', 'arabic', 'cyrillic', 'devanagari']);
      return pack && `${pack}_PP-OCRv3_mobile_rec`;
    }
  }
}

function groupOf(language: string, groups: readonly LanguageGroup[]): LanguageGroup | undefined {
  return groups.find((group) => group === language || speaks(group, language));
}

/**
 * A set's name with a language.
 * @throws FdeployError BAD_OPTION if the model is no set, or names a language already
 */
export function withLanguage(model: string, language: string): string {
  if (isOcrSet(model) && !model.includes(':')) return `${model}:${language}`;
  const message = isOcrSet(model)
    ? `--lang ${language} and --model ${model} both name a language: leave one out`
    : `--lang chooses the language of a set (${OCR_SETS.join(', ')}); --model ${model} is none`;
  throw new FdeployError('BAD_OPTION', message, { file: '--lang' });
}
