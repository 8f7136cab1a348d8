import type { ClasConfig } from '../classification/read-config.js';
import type { UnwarpingConfig } from './document/read-unwarping.js';
import type { WideLines } from './wide-lines.js';

/** How pixels become a network's input: (pixel * scale - mean) / std, by channel in the order given. */
export interface Normalisation {
  readonly order: 'rgb' | 'bgr';
  readonly scale: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** The size at which text is sought. Sides are rounded to multiples of 32 afterwards. */
export interface DetectionLimits {
  /** `max`: a longer longest side is shrunk to `side`. `min`: a shorter shortest side is enlarged to `side`. */
  readonly type: 'max' | 'min';
  readonly side: number;
  /** Longest side in any case. */
  readonly maxSide: number;
  /** Sides are filled up to multiples of this, a multiple of 32, for a network that is to see few sizes. Default: 32. */
  readonly step?: number;
  /** A picture wider than this many times its height (or the other way round) is padded; undefined: never. */
  readonly padBeyond?: number;
  /** A page with smaller letters is looked at once more, enlarged; undefined: never. */
  readonly smallText?: SmallText;
}

/** What small letters are, in rows of the network's input, from the top of the tall ones to the foot of the hanging ones. */
export interface SmallText {
  /** A page with lower ones is enlarged ... */
  readonly height: number;
  /** ... until they are so high, */
  readonly wanted: number;
  /** or the page has so many pixels. */
  readonly maxPixels: number;
  /** Most pixels of one inference: a larger page is looked at in tiles. */
  readonly tilePixels: number;
}

/** Text detection by DB (differentiable binarisation). */
export interface DetectionConfig extends Normalisation {
  readonly limits: DetectionLimits;
  /** The one input size of a graph that fixes it; pictures are stretched to it. */
  readonly fixedSize?: { readonly width: number; readonly height: number };
  /** Lowest probability of a text pixel. */
  readonly threshold: number;
  /** Lowest mean probability of a box. */
  readonly boxThreshold: number;
  /** How far a box grows: area * ratio / length. */
  readonly unclipRatio: number;
  readonly maxCandidates: number;
  /** `fast`: mean inside the box; `slow`: inside the contour. */
  readonly score: 'fast' | 'slow';
  /** Widen the text's areas by a 2 x 2 dilation first. */
  readonly dilate: boolean;
}

/** Whether a line is upside down. */
export interface OrientationConfig extends Normalisation {
  readonly width: number;
  readonly height: number;
  /** Keep the line's ratio and fill up with zeros; otherwise it is stretched. */
  readonly keepRatio: boolean;
  /** A line longer than this many times its height is judged by its middle part of that ratio. */
  readonly longest?: number;
  /** A line is turned where "upside down" scores more than this. */
  readonly threshold: number;
  readonly batch: number;
}

/** Text recognition with CTC. */
export interface RecognitionConfig extends Normalisation {
  readonly height: number;
  /** Narrowest input: every line is filled up to it. */
  readonly minWidth: number;
  /** Columns of zeros behind a line, beside what fills it up. */
  readonly padding: number;
  /** Widest input: longer lines are squeezed, or cut where `wideLines` says how. */
  readonly maxWidth: number;
  /** Lines beyond `maxWidth` are read in such parts. */
  readonly wideLines?: WideLines;
  /** Inputs are filled up to multiples of this, for a network that is to see few sizes. Default: 1. */
  readonly step?: number;
  /** Whether the graph takes any width; otherwise it is `minWidth`. */
  readonly dynamicWidth: boolean;
  /** Most lines in one inference. */
  readonly batch: number;
  /** Most columns of input in one inference that several lines share: beyond, a shared one costs more than single ones. */
  readonly batchColumns?: number;
  /** Lines are not filled up to share a batch: only those of equal input width do. */
  readonly equalWidths: boolean;
  /** The characters of classes 1, 2, ... joined by newlines. */
  readonly dictionary: string;
  /** Lowest score of a line. */
  readonly threshold: number;
}

/** What an OCR clone is built from; parts that the user left out are left out. */
export interface OcrConfig {
  /** How a page lies. */
  readonly pageOrientation?: ClasConfig;
  /** Where the points of a flat page lie. */
  readonly unwarping?: UnwarpingConfig;
  readonly detection?: DetectionConfig;
  readonly orientation?: OrientationConfig;
  readonly recognition?: RecognitionConfig;
  /**
   * Lines are read as they stand, and the other way too where that is doubtful; pages that lie on their side or upside down
   * are turned. false: lines are turned as the orientation network says, pages never.
   */
  readonly bothWays: boolean;
  /** Lines in the order in which a page is read, `text` row by row. false: as detection orders them, each a row of its own. */
  readonly readingOrder: boolean;
  /** The place of each word is given. */
  readonly words: boolean;
}
