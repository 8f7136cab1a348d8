import { STAGES } from '../../contracts/stages.js';
import type { PageTables } from '../format.js';
import { classColour, hex } from '../../ops/palette.js';
import { Columns, Lines } from './charts.js';
import { labelName, milliseconds } from './rows.js';

const count = (value: number): string => value.toLocaleString('en');

/** A longer value takes the whole width of a phone. */
const SHORT = 10;

function facts({ summary, stats }: PageTables): [string, string][] {
  if (!summary)
    return [
      ['Pictures', count(stats.ok + stats.failed)],
      ['Predicted', count(stats.ok)],
      ['Failed', count(stats.failed)],
    ];
  const { memory } = summary;
  return [
    ['Model', summary.model],
    ['Pictures', count(summary.images)],
    ['Predicted', count(summary.ok)],
    ['Failed', count(summary.failed)],
    ['Skipped', count(summary.skipped)],
    ['Not predicted', count(summary.notPredicted)],
    ['Retried', count(summary.retried)],
    ['Time', `${summary.seconds.toFixed(1)} s`],
    ['Pictures a second', summary.imagesPerSecond.toFixed(2)],
    ['Mode', `${summary.workers} × ${summary.mode}, ${summary.threadsPerWorker} intra-op`],
    'pssMiB' in memory
      ? ['Memory (PSS)', `${memory.pssMiB.toFixed(0)} MiB`]
      : ['Memory (RSS)', `${memory.rssMiB.toFixed(0)} MiB`],
  ];
}

/** The tab of figures. */
export function Summary({ tables }: { tables: PageTables }) {
  const { stats } = tables;
  const rate = (images: number): string => {
    const perSecond = images / stats.barSeconds;
    return `${perSecond.toFixed(perSecond < 10 ? 2 : 1)} /s`;
  };
  const end = stats.throughput.length * stats.barSeconds;
  const seconds = (value: number): string => `${Number(value.toPrecision(6))} s`;
  const labels = tables.labels
    .map((label, at) => ({
      name: labelName(tables, at),
      value: label.count,
      shown: count(label.count),
      colour: hex(classColour(label.id)),
    }))
    .filter((label) => label.value > 0)
    .sort((a, b) => b.value - a.value);
  const scored = stats.scores.some((items) => items > 0);
  return (
    <div class="summary">
      <dl class="figures-list">
        {facts(tables).map(([name, value]) => (
          <div class={value.length > SHORT ? 'wide' : undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {stats.ok > 0 && (
        <Columns
          title="Pictures a second over the run"
          of="from"
          value="pictures a second"
          ends={['0 s', seconds(end)]}
          bars={stats.throughput.map((images, at) => ({
            name: seconds(at * stats.barSeconds),
            value: images,
            shown: rate(images),
          }))}
        />
      )}
      {stats.ok > 0 && (
        <figure>
          <figcaption>Milliseconds a picture, by stage</figcaption>
          <table class="stages">
            <thead>
              <tr>
                <th scope="col">stage</th>
                <th scope="col" class="number">
                  mean
                </th>
                <th scope="col" class="number">
                  median
                </th>
                <th scope="col" class="number">
                  95 %
                </th>
                <td class="span" />
              </tr>
            </thead>
            <tbody>
              {STAGES.map((stage) => {
                const figures = stats.stages[stage];
                if (!figures) return undefined;
                const { mean, p50, p95 } = figures;
                const most = Math.max(1e-9, ...Object.values(stats.stages).map((other) => other.p95));
                return (
                  <tr>
                    <th scope="row">{stage}</th>
                    {[mean, p50, p95].map((value) => (
                      <td class="number">{milliseconds(value)}</td>
                    ))}
                    <td class="span">
                      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                        <rect class="bar faint" width={(p95 / most) * 100} height="10" />
                        <rect class="bar" width={(p50 / most) * 100} height="10" />
                      </svg>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </figure>
      )}
      {scored && (
        <Columns
          title="Scores"
          of="score from"
          value="items"
          ends={['0', '1']}
          bars={stats.scores.map((items, at) => ({
            name: (at / 20).toFixed(2),
            value: items,
            shown: count(items),
          }))}
        />
      )}
      {labels.length > 0 && <Lines title="Labels" of="label" value="items" bars={labels} />}
      {tables.codes.length > 0 && (
        <Lines
          title="Failures by reason"
          of="code"
          value="pictures"
          bars={tables.codes.map((reason) => ({
            name: reason.code,
            value: reason.count,
            shown: count(reason.count),
            colour: 'var(--bad)',
          }))}
        />
      )}
    </div>
  );
}
