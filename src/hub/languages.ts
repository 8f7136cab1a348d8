/** Language codes by the recognition model that reads them, as PaddleOCR 3.7.0 groups them (`paddleocr/_utils/langs.py`). */
export const LANGUAGES = {
  latin:
    'af az bs ca cs cy da de es et eu fi fr french ga german gl hr hu id is it ku la lb lt lv mi ms mt nl no oc pi pl pt qu rm ro rs_latin sk sl sq sv sw tl tr uz vi',
  arabic: 'ar bal fa ku ps sd ug ur',
  eslav: 'be ru uk',
  cyrillic:
    'abq ady ava ba be bg bua che cv dar inh kaa kbd kk kv ky lbe lez mhr mk mn mo os rs_cyrillic ru sah tab tg tt tyv udm uk xal',
  devanagari: 'ang bgc bh bho gom hi mah mai mr ne new sa sck',
} as const satisfies Record<string, string>;

export type LanguageGroup = keyof typeof LANGUAGES;

/** Whether a group has a language. */
export function speaks(group: LanguageGroup, language: string): boolean {
  return LANGUAGES[group].split(' ').includes(language);
}
