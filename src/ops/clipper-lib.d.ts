/** The part of clipper-lib (Clipper 6.4.2 in JavaScript) that is used here. */
declare module 'clipper-lib' {
  interface IntPoint {
    X: number;
    Y: number;
  }
  type Path = IntPoint[];

  interface ClipperLib {
    ClipperOffset: new (
      miterLimit: number,
      arcTolerance: number,
    ) => {
      AddPath(path: Path, joinType: number, endType: number): void;
      /** Writes the result into `solution`. */
      Execute(solution: Path[], delta: number): void;
    };
    JoinType: { jtRound: number };
    EndType: { etClosedPolygon: number };
  }
  const clipper: ClipperLib;
  export default clipper;
}
