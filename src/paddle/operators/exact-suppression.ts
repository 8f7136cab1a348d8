import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import { columns, overlap, placesWhere, rowsAt, sortedPlaces } from '../graph/detection.js';
import type { GraphValue } from '../graph/values.js';

/** What ONNX's NonMaxSuppression cannot: boxes a pixel wider than their corners say, thresholds that fall from box to box. */
export interface SuppressionRules {
  readonly threshold: number;
  readonly scoreThreshold: number;
  /** The threshold is multiplied by it after each box that stays, while it is above 0.5. */
  readonly eta: number;
  /** Added to the sides of boxes. */
  readonly extra: 0 | 1;
}

/**
 * Greedy suppression as Paddle does it: one round of a loop for every class of every picture, one of an inner loop for
 * every box. Boxes [N, M, 4], scores [N, C, M]; the result is that of NonMaxSuppression: (picture, class, box), [n, 3].
 */
export function suppressExactly(
  graph: GraphBuilder,
  boxes: GraphValue,
  scores: GraphValue,
  rules: SuppressionRules,
): GraphValue {
  const [classes, count] = [graph.size(scores, 1), graph.size(scores, 2)];
  const rounds = graph.node('Mul', [graph.size(scores, 0), classes]);
  const rows = graph.node(
    'Reshape',
    [scores, graph.concat([graph.ints([-1]), count], 0)],
    {},
    { dims: [-1, -1] },
  );
  const round = graph.input('suppression.round', 'int64', []);
  const going = graph.input('suppression.going', 'bool', []);
  const before = graph.input('suppression.chosen', 'int64', [-1, 3]);
  const body = graph.subgraph([round, going, before], () => {
    const single = graph.reshape(classes, []);
    const picture = graph.node('Div', [round, single], {}, { dims: [] });
    const row = graph.node('Gather', [rows, round], { axis: 0 }, { dims: [-1] });
    const places = placesWhere(graph, graph.withNumber('Greater', row, rules.scoreThreshold));
    const order = sortedPlaces(graph, rowsAt(graph, row, places), true);
    const sorted = rowsAt(graph, places, order);
    const own = graph.node('Gather', [boxes, picture], { axis: 0 }, { dims: [-1, 4] });
    const corners = columns(graph, rowsAt(graph, own, sorted));
    const across = corners.map((corner) => graph.transpose(corner, [1, 0]));
    const kept = greedy(graph, overlap(graph, corners, across, rules.extra), sorted, rules);
    const box = rowsAt(graph, sorted, placesWhere(graph, graph.withNumber('Greater', kept, 0)));
    const repeated = (value: GraphValue): GraphValue =>
      graph.node('Expand', [value, graph.shape(box)], {}, { dims: [-1] });
    const fields = [repeated(picture), repeated(graph.node('Mod', [round, single], {}, { dims: [] })), box];
    const fresh = graph.concat(fields.map((field) => graph.unsqueeze(field, [1])), 1); // prettier-ignore
    return [graph.copy(going), graph.node('Concat', [before, fresh], { axis: 0 }, { dims: [-1, 3] })];
  });
  const none = graph.constant('int64', [0, 3], [0]);
  const inputs = [graph.reshape(rounds, []), graph.scalar(1, 'bool'), none];
  return graph.multi('Loop', inputs, { body }, [{ type: 'int64', dims: [-1, 3] }])[0]!;
}

/** Which boxes stay, 1 or 0 each: those that overlap no better one that stays by more than the threshold. */
function greedy(
  graph: GraphBuilder,
  iou: GraphValue,
  boxes: GraphValue,
  rules: SuppressionRules,
): GraphValue {
  const { type } = iou;
  const count = graph.size(boxes, 0);
  const index = rangeTo(graph, count);
  const at = graph.input('suppression.at', 'int64', []);
  const going = graph.input('suppression.further', 'bool', []);
  const kept = graph.input('suppression.kept', type, [-1]);
  const threshold = graph.input('suppression.threshold', type, []);
  const body = graph.subgraph([at, going, kept, threshold], () => {
    const row = graph.node('Gather', [iou, at], { axis: 0 }, { dims: [-1] });
    const worst = graph.reduce('ReduceMax', graph.node('Mul', [row, kept]), [0], false);
    const stays = graph.node('LessOrEqual', [worst, threshold]);
    const mark = graph.cast(graph.node('And', [graph.node('Equal', [index, at]), stays]), type);
    const falls = graph.node('And', [stays, graph.withNumber('Greater', threshold, 0.5)]);
    const lower = graph.withNumber('Mul', threshold, Math.min(1, rules.eta));
    return [
      graph.copy(going),
      graph.node('Add', [kept, mark]),
      graph.node('Where', [falls, lower, threshold]),
    ];
  });
  const start = graph.node('Expand', [graph.scalar(0, type), count], {}, { dims: [-1] });
  const inputs = [
    graph.reshape(count, []),
    graph.scalar(1, 'bool'),
    start,
    graph.scalar(rules.threshold, type),
  ];
  return graph.multi('Loop', inputs, { body }, [
    { type, dims: [-1] },
    { type, dims: [] },
  ])[0]!;
}
