/** A bar of a chart: its name for people, its value, and what is said of it. */
export interface Bar {
  name: string;
  value: number;
  shown: string;
  colour?: string;
}

/** The figures of a chart as a table, for whoever cannot see it or wants the numbers. */
function Numbers({ bars, of, value }: { bars: readonly Bar[]; of: string; value: string }) {
  return (
    <details>
      <summary>the figures</summary>
      <div class="figures">
        <table>
          <thead>
            <tr>
              <th scope="col">{of}</th>
              <th scope="col">{value}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr>
                <th scope="row">{bar.name}</th>
                <td class="number">{bar.shown}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

interface ColumnsProperties {
  title: string;
  bars: readonly Bar[];
  /** What the bars stand for, and what their height is. */
  of: string;
  value: string;
  /** Below the left and the right end. */
  ends: [string, string];
}

const WIDTH = 600;
const HEIGHT = 160;

/** Upright bars side by side, for time and for score. */
export function Columns({ title, bars, of, value, ends }: ColumnsProperties) {
  const most = Math.max(1e-9, ...bars.map((bar) => bar.value));
  const step = WIDTH / bars.length;
  const top = bars.find((bar) => bar.value === most);
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <p class="tick">{top?.shown ?? ''}</p>
      <svg
        class="columns-chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}, at most ${top?.shown ?? '0'}`}
      >
        <line class="grid" x1="0" x2={WIDTH} y1="0" y2="0" />
        <line class="grid" x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        {bars.map((bar, at) => {
          const height = (bar.value / most) * HEIGHT;
          return (
            <rect
              class="bar"
              x={at * step + Math.min(1, step * 0.1)}
              y={HEIGHT - height}
              width={Math.max(0.5, step - Math.min(2, step * 0.2))}
              height={height}
            >
              <title>{`${bar.name}: ${bar.shown}`}</title>
            </rect>
          );
        })}
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      </svg>
      <p class="tick ends">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </p>
      <Numbers bars={bars} of={of} value={value} />
    </figure>
  );
}

/** Lying bars with their names, the longest list cut. */
export function Lines({
  title,
  bars,
  of,
  value,
  most = 20,
}: Omit<ColumnsProperties, 'ends'> & { most?: number }) {
  const largest = Math.max(1e-9, ...bars.map((bar) => bar.value));
  const shown = bars.slice(0, most);
  return (
    <figure>
      <figcaption>
        {title}
        {bars.length > most && ` (the first ${most} of ${bars.length})`}
      </figcaption>
      <ul class="lines-chart">
        {shown.map((bar) => (
          <li>
            <span class="line-name" dir="auto" title={bar.name}>
              {bar.name}
            </span>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect
                class="bar"
                width={(bar.value / largest) * 100}
                height="10"
                {...(bar.colour && { fill: bar.colour })}
              />
            </svg>
            <span class="number">{bar.shown}</span>
          </li>
        ))}
      </ul>
      {bars.length > most && <Numbers bars={bars} of={of} value={value} />}
    </figure>
  );
}
