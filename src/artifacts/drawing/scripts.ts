/** A script that drawings need a font of the system for. */
export interface Script {
  /** Its name in messages; undefined: characters of any script. */
  readonly name?: string;
  readonly characters: RegExp;
  /** Names of font files, the preferred ones first. */
  readonly fonts: readonly RegExp[];
  /** The package of Debian and Ubuntu that has a font. */
  readonly install: string;
}

const NOTO = 'fonts-noto-core';

/** @param others further names of font files, as the start of a regular expression */
const script = (name: string, others: string): Script => ({
  name,
  characters: new RegExp(`\\p{Script=${name}}`, 'u'),
  fonts: [
    new RegExp(`^NotoSans${name}-Bold\\.`, 'i'),
    new RegExp(`^NotoSans${name}[-.[]`, 'i'),
    new RegExp(`^(Noto(Sans|Serif|Naskh)${name}|Lohit-${name}|${others})`, 'i'),
  ],
  install: NOTO,
});

const CJK: Script = {
  name: 'Chinese, Japanese or Korean',
  characters:
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u,
  fonts: [
    /^(NotoSansCJK|NotoSansSC|SourceHanSans)[^/]*Bold/i,
    /^(NotoSansCJK|NotoSans(SC|TC|JP|KR)|SourceHanSans)/i,
    /^(PingFang|msyhbd|msyh|Hiragino Sans GB|STHeiti|AppleSDGothicNeo)/i,
    /^(wqy-|DroidSansFallback|simhei|simsun|SourceHan|NotoSerifCJK)/i,
    /^(uming|ukai|ipag|TakaoGothic|NanumGothic|malgun|meiryo|msgothic|Arial Unicode|unifont)/i,
  ],
  install: 'fonts-noto-cjk',
};

/** Characters of any other script, and symbols. */
const OTHER: Script = {
  characters: /[^]/u,
  fonts: [/^NotoSans-(Bold|Regular)\./i, /^NotoSansSymbols/i, /^(FreeSans|Arial Unicode|seguisym|unifont)/i],
  install: NOTO,
};

/** The scripts of the recognition models. Another one is a line here. */
const SCRIPTS: readonly Script[] = [
  CJK,
  script('Arabic', 'Amiri|GeezaPro|arabtype|tahoma'),
  script('Devanagari', 'Nirmala|mangal|Kohinoor|Devanagari'),
  script('Thai', 'Garuda|Loma|Waree|leelaw|tahoma|Thonburi'),
  script('Tamil', 'Nirmala|latha|Tamil'),
  script('Telugu', 'Nirmala|gautami|Telugu|Kohinoor'),
  script('Kannada', 'Nirmala|tunga|Kannada'),
  OTHER,
];

export function scriptOf(character: string): Script {
  return SCRIPTS.find(({ characters }) => characters.test(character)) ?? OTHER;
}
