/** What a name stands for: a folder or file on this machine, or a set of models that comes with the install. */
export type FoundModel =
  | {
      readonly path: string;
      /** The model's name, if it is not that of the folder or file. */
      readonly name?: string;
    }
  | { readonly known: string }
  | { readonly parts: FoundParts };

/** The models of an OCR set. */
export type FoundParts = Readonly<
  Record<'det' | 'cls' | 'rec', { readonly name: string; readonly path: string }>
>;

/** A kind of name that `--model` takes. */
export interface Place {
  /** What the place takes, in messages: "a directory". */
  readonly takes: string;
  /**
   * What `name` stands for here; undefined if it is no name of this place's.
   * @throws FdeployError MODEL_NOT_FOUND if the name is this place's, and what it stands for cannot be had
   */
  find(name: string): Promise<FoundModel | undefined>;
}
