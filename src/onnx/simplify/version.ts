/** Raised with every change of what simplifying gives: prepared networks are made again. */
export const SIMPLIFIER_VERSION = 3;
