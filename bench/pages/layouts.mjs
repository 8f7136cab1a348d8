// Kinds of pages. Each fills a canvas and gives the rows of the page in the order in which a person reads them;
// the pieces of a row are joined by a space.
import { Canvas } from './canvas.mjs';

const A4 = { width: 595, height: 842 };
const LEADING = 1.45;

/** Words of a text in lines no wider than `room`. */
function wrapped(canvas, text, size, room) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && canvas.widthOf(longer, size) > room) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

const page = ({ fonts, unit }, { width, height }) =>
  new Canvas(Math.round(width * unit), Math.round(height * unit), fonts);

function letter(settings) {
  const { writer, size, unit } = settings;
  const canvas = page(settings, A4);
  const rows = [];
  const step = size * LEADING;
  const [left, right, bottom] = [70 * unit, 525 * unit, 790 * unit];
  let y = 80 * unit;
  const put = (x, text, align) => {
    canvas.line(x, y, text, size, align);
    rows.push(text);
    y += step;
  };
  const sender = writer.name();
  put(left, sender);
  put(left, writer.street());
  put(right, writer.date(), 'end');
  y += step;
  put(left, `Dear ${writer.name()},`);
  y += step / 2;
  while (y + 5 * step < bottom) {
    for (const line of wrapped(canvas, writer.paragraph(writer.integer(2, 4)), size, right - left)) {
      if (y + 4 * step > bottom) break;
      put(left, line);
    }
    y += step / 2;
  }
  put(left, 'Yours sincerely,');
  put(left, sender);
  return { canvas, rows };
}

function columns(settings) {
  const { writer, size, unit } = settings;
  const canvas = page(settings, A4);
  const rows = [];
  const step = size * LEADING;
  const top = 130 * unit;
  const title = `${writer.title(writer.noun())} and ${writer.noun()}`;
  canvas.line(canvas.width / 2, 90 * unit, title, 1.8 * size, 'middle');
  rows.push(title);
  const room = 215 * unit;
  for (const left of [60 * unit, 320 * unit]) {
    let y = top;
    while (y < 780 * unit) {
      for (const line of wrapped(canvas, writer.paragraph(3), size, room)) {
        if (y > 780 * unit) break;
        canvas.line(left, y, line, size);
        rows.push(line);
        y += step;
      }
      y += step * 0.6;
    }
  }
  return { canvas, rows };
}

function receipt(settings) {
  const { writer, size, unit } = settings;
  const items = writer.integer(8, 18);
  const step = size * 1.5;
  const canvas = page(settings, { width: 230, height: 60 + ((items + 10) * step) / unit });
  const rows = [];
  const [left, right] = [16 * unit, 214 * unit];
  const middle = canvas.width / 2;
  let y = 34 * unit;
  const put = (...pieces) => {
    for (const [x, text, align] of pieces) canvas.line(x, y, text, size, align);
    rows.push(pieces.map(([, text]) => text).join(' '));
    y += step;
  };
  put([middle, `${writer.title(writer.noun())} Market`, 'middle']);
  put([middle, writer.street(), 'middle']);
  put([left, writer.date()], [right, `No. ${writer.integer(1000, 9999)}`, 'end']);
  y += step / 2;
  for (let i = 0; i < items; i++) {
    const price = `$${writer.price(30)}`;
    const start = left + 24 * unit;
    const room = right - start - canvas.widthOf(price, size) - size;
    let goods = writer.goods();
    while (canvas.widthOf(goods, size) > room) goods = writer.goods();
    put([left, String(writer.integer(1, 9))], [start, goods], [right, price, 'end']);
  }
  canvas.rule(left, y - step * 0.7, right, y - step * 0.7, unit);
  y += step / 2;
  put([left, 'SUBTOTAL'], [right, `$${writer.price(200)}`, 'end']);
  put([left, 'TAX'], [right, `$${writer.price(20)}`, 'end']);
  put([left, 'TOTAL'], [right, `$${writer.price(220)}`, 'end']);
  y += step / 2;
  put([middle, 'Thank you for your visit', 'middle']);
  return { canvas, rows };
}

function table(settings) {
  const { writer, size, unit } = settings;
  const canvas = page(settings, A4);
  const left = 60 * unit;
  const widths = [110, 160, 90, 105].map((width) => width * unit);
  const row = size * 2.2;
  const title = `Report on the ${writer.noun()}`;
  canvas.line(left, 80 * unit, title, 1.5 * size);
  const rows = [title];
  const count = Math.min(writer.integer(10, 18), Math.floor((640 * unit) / row));
  let y = 110 * unit;
  for (let i = 0; i <= count; i++) {
    const cells =
      i === 0
        ? ['Date', 'Name', 'Amount', 'Place']
        : [writer.date(), writer.name(), writer.price(900), writer.title(writer.noun())];
    let x = left;
    cells.forEach((text, k) => {
      const [at, align] = k === 2 ? [x + widths[k] - 6 * unit, 'end'] : [x + 6 * unit, 'start'];
      canvas.line(at, y + row * 0.68, text, size, align);
      canvas.frame(x, y, widths[k], row, Math.max(1, unit / 2));
      x += widths[k];
    });
    rows.push(cells.join(' '));
    y += row;
  }
  return { canvas, rows };
}

function form(settings) {
  const { writer, size, unit } = settings;
  const canvas = page(settings, A4);
  const rows = [];
  const row = size * 2.4;
  let y = 90 * unit;
  const title = `Application for a ${writer.noun()}`;
  canvas.line(60 * unit, y, title, 1.6 * size);
  rows.push(title);
  y += 1.6 * row;
  const fields = [
    ['First name', () => writer.name().split(' ')[0], 'Last name', () => writer.name().split(' ')[1]],
    ['Street', () => writer.street(), 'Date of birth', () => writer.date()],
    [
      'Profession',
      () => writer.noun(),
      'Telephone',
      () => `0${writer.integer(100, 999)} ${writer.integer(100000, 999999)}`,
    ],
    [
      'Reference',
      () => `${writer.integer(10, 99)}-${writer.integer(1000, 9999)}`,
      'Amount',
      () => writer.price(999),
    ],
  ];
  for (let i = 0; i < 12 && y < 700 * unit; i++) {
    const [label, value, second, other] = fields[i % fields.length];
    const pieces = [`${label}:`, value(), `${second}:`, other()];
    const half = 245 * unit;
    pieces.forEach((text, k) => {
      const start = 60 * unit + (k >> 1) * half;
      canvas.line(k % 2 === 0 ? start : start + 9.2 * size, y, text, size);
      if (k % 2 === 1)
        canvas.rule(start + 9 * size, y + size * 0.5, start + half - 14 * unit, y + size * 0.5);
    });
    rows.push(pieces.join(' '));
    y += row;
  }
  y += row / 2;
  for (const line of wrapped(canvas, writer.paragraph(3), size, 470 * unit)) {
    canvas.line(60 * unit, y, line, size);
    rows.push(line);
    y += size * LEADING;
  }
  return { canvas, rows };
}

function vertical(settings) {
  const { writer, size, unit } = settings;
  const canvas = page(settings, { width: 420, height: 595 });
  const rows = [];
  const top = 60 * unit;
  const advance = size * 1.06;
  let centre = 370 * unit;
  const put = (text, type) => {
    canvas.column(centre, top, text, type, type * 1.06);
    rows.push(text);
    centre -= type * 1.9;
  };
  put(writer.chinese(writer.integer(4, 8), false), 1.6 * size);
  while (centre > 60 * unit) {
    const most = Math.floor((480 * unit) / advance);
    put(writer.chinese(writer.random() < 0.75 ? most : writer.integer(4, most)), size);
  }
  return { canvas, rows };
}

/** A page of horizontal Chinese text. */
function chinese(settings) {
  const { writer, size, unit } = settings;
  const canvas = page(settings, A4);
  const rows = [];
  const left = 70 * unit;
  const most = Math.floor((455 * unit) / size);
  for (let y = 80 * unit; y < 780 * unit; y += size * 1.6) {
    const text = writer.chinese(writer.random() < 0.8 ? most : writer.integer(4, most));
    canvas.line(left, y, text, size);
    rows.push(text);
  }
  return { canvas, rows };
}

export const LAYOUTS = { letter, columns, receipt, table, form, vertical, chinese };
/** Those that are rendered where none are named. */
export const COMMON_KINDS = ['letter', 'columns', 'receipt', 'table', 'form', 'vertical'];
