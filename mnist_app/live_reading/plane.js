/* Paints lines and dots on a plane of subpixels exactly as OpenCV does.

   The rules are those of OpenCV's modules/imgproc/src/drawing.cpp (ThickLine, FillConvexPoly,
   Line2, clipLine, Circle, EllipseEx). Coordinates are whole numbers of 1/65536 subpixel. */

const ONE = 65536; // a subpixel
const SETTLED = 1;
const PASSING = 2; // bits of a subpixel: painted for good; until the next erasePassing

const roundHalfEven = (value) => {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded;
};

const newPlane = (columns, rows) => {
  const fine = new Uint8Array(columns * rows);
  let bit = SETTLED;
  let dirty = null; // first and last column and row that changed
  let passing = null; // the same for subpixels with the bit PASSING

  const mark = (x0, y0, x1, y1) => {
    const grown = (box) =>
      box
        ? [Math.min(box[0], x0), Math.min(box[1], y0), Math.max(box[2], x1), Math.max(box[3], y1)]
        : [x0, y0, x1, y1];
    dirty = grown(dirty);
    if (bit === PASSING) passing = grown(passing);
  };

  const put = (x, y) => {
    if (x >= 0 && x < columns && y >= 0 && y < rows) fine[y * columns + x] |= bit;
  };

  const fillRow = (y, from, to) => {
    if (y < 0 || y >= rows) return;
    const end = y * columns + Math.min(to, columns - 1);
    for (let index = y * columns + Math.max(from, 0); index <= end; index += 1) fine[index] |= bit;
  };

  /* Returns the ends of a line clipped to the canvas as [x1, y1, x2, y2], or null. */
  const clipped = (x1, y1, x2, y2) => {
    const right = columns * ONE - 1;
    const bottom = rows * ONE - 1;
    const across = (x) => (x < 0 ? 1 : x > right ? 2 : 0);
    const side = (x, y) => across(x) + (y < 0 ? 4 : y > bottom ? 8 : 0);
    let first = side(x1, y1);
    let second = side(x2, y2);
    if (first & second) return null;
    if (first & 12) {
      const edge = first < 8 ? 0 : bottom;
      x1 += Math.trunc(((edge - y1) * (x2 - x1)) / (y2 - y1));
      y1 = edge;
      first = across(x1);
    }
    if (second & 12) {
      const edge = second < 8 ? 0 : bottom;
      x2 += Math.trunc(((edge - y2) * (x2 - x1)) / (y2 - y1));
      y2 = edge;
      second = across(x2);
    }
    if (first & second) return null;
    if (first) {
      const edge = first === 1 ? 0 : right;
      y1 += Math.trunc(((edge - x1) * (y2 - y1)) / (x2 - x1));
      x1 = edge;
    }
    if (second) {
      const edge = second === 1 ? 0 : right;
      y2 += Math.trunc(((edge - x2) * (y2 - y1)) / (x2 - x1));
      x2 = edge;
    }
    return [x1, y1, x2, y2];
  };

  /* Paints a line one subpixel thick: the outline of a polygon. */
  const thinLine = (fromX, fromY, toX, toY) => {
    const ends = clipped(fromX, fromY, toX, toY);
    if (!ends) return;
    let [x1, y1, x2, y2] = ends;
    const isFlat = Math.abs(x2 - x1) > Math.abs(y2 - y1);
    if (isFlat ? x2 < x1 : y2 < y1) [x1, y1, x2, y2] = [x2, y2, x1, y1];
    const half = ONE / 2;
    put(Math.floor((x2 + half) / ONE), Math.floor((y2 + half) / ONE));
    const [long, short] = isFlat ? [x2 - x1, y2 - y1] : [y2 - y1, x2 - x1];
    const step = Math.trunc((short * ONE) / (long % 2 ? long : long + 1));
    let along = Math.floor(((isFlat ? x1 : y1) + half) / ONE);
    let aside = (isFlat ? y1 : x1) + half;
    for (let count = Math.floor(long / ONE); count >= 0; count -= 1) {
      const other = Math.floor(aside / ONE);
      if (isFlat) put(along, other);
      else put(other, along);
      along += 1;
      aside += step;
    }
  };

  /* Fills a convex polygon, [x, y] each, with its outline. */
  const fillConvex = (corners) => {
    const count = corners.length;
    const half = ONE / 2;
    const lineOf = (index) => Math.floor((corners[index][1] + half) / ONE);
    let top = 0;
    let bottom = -Infinity;
    corners.forEach((corner, index) => {
      const before = corners[(index + count - 1) % count];
      thinLine(before[0], before[1], corner[0], corner[1]);
      if (corner[1] < corners[top][1]) top = index;
      bottom = Math.max(bottom, lineOf(index));
    });
    if (count < 3) return;
    bottom = Math.min(bottom, rows - 1);
    let y = lineOf(top);
    const edges = [1, count - 1].map((step) => ({ step, corner: top, end: y, x: -ONE, slope: 0 }));
    let left = count; // edges that were not begun
    for (; y <= bottom; y += 1) {
      for (const edge of edges) {
        if (y < edge.end) continue;
        let from = edge.corner;
        for (;;) {
          left -= 1;
          if (left < 0) break;
          const to = (from + edge.step) % count;
          const end = lineOf(to);
          if (end > y) {
            const [start, finish] = [corners[from][0], corners[to][0]];
            const high = end - y;
            edge.slope = Math.trunc(((finish - start) * 2 + high) / (2 * high));
            edge.x = start;
            edge.end = end;
            edge.corner = to;
            break;
          }
          from = to;
        }
      }
      if (left < 0) return;
      const [a, b] = [edges[0].x, edges[1].x];
      const [low, high] = a > b ? [b, a] : [a, b];
      fillRow(y, Math.floor((low + half) / ONE), Math.floor((high + half) / ONE));
      edges[0].x += edges[0].slope;
      edges[1].x += edges[1].slope;
    }
  };

  /* Fills the round end of a thick line. The centre and the radius are whole subpixels. */
  const fillCap = (x, y, radius) => {
    let error = 0;
    let plus = 1;
    let minus = 2 * radius - 1;
    for (let dx = radius, dy = 0; dx >= dy; dy += 1) {
      fillRow(y - dy, x - dx, x + dx);
      fillRow(y + dy, x - dx, x + dx);
      fillRow(y - dx, x - dy, x + dy);
      fillRow(y + dx, x - dy, x + dy);
      error += plus;
      plus += 2;
      if (error > 0) {
        error -= minus;
        dx -= 1;
        minus -= 2;
      }
    }
  };

  const around = (x, y, reach) => {
    const [column, row] = [Math.floor(x / ONE), Math.floor(y / ONE)];
    mark(column - reach, row - reach, column + reach, row + reach);
  };

  const thickLine = (x0, y0, x1, y1, thickness) => {
    if (thickness === 1) {
      thinLine(x0, y0, x1, y1);
      around(x0, y0, 2);
      around(x1, y1, 2);
      return;
    }
    const [dx, dy] = [(x0 - x1) / ONE, (y1 - y0) / ONE];
    const squared = dx * dx + dy * dy;
    if (squared > Number.EPSILON) {
      const reach = ((thickness + (thickness % 2)) * ONE) / 2 / Math.sqrt(squared);
      const [right, down] = [roundHalfEven(dy * reach), roundHalfEven(dx * reach)];
      fillConvex([
        [x0 + right, y0 + down],
        [x0 - right, y0 - down],
        [x1 - right, y1 - down],
        [x1 + right, y1 + down],
      ]);
    }
    const radius = Math.floor((thickness + 1) / 2);
    const capAt = (x, y) => {
      fillCap(Math.floor((x + ONE / 2) / ONE), Math.floor((y + ONE / 2) / ONE), radius);
      around(x, y, radius + 2);
    };
    capAt(x0, y0);
    capAt(x1, y1);
  };

  /* Paints a dot: a polygon of a corner every `step` degrees. */
  const dot = (x, y, radius) => {
    const subpixels = Math.floor((radius + ONE / 2) / ONE);
    const step = subpixels < 3 ? 90 : subpixels < 10 ? 30 : subpixels < 15 ? 18 : 5;
    // OpenCV's table of sines has seven decimals, as 32-bit numbers.
    const sine = (degrees) => Math.fround(Number(Math.sin((degrees * Math.PI) / 180).toFixed(7)));
    const rounded = (value) => {
      const whole = roundHalfEven(value / ONE) * ONE;
      return whole + roundHalfEven(value - whole);
    };
    const corners = [];
    for (let angle = 0; angle <= 360; angle += step) {
      const corner = [rounded(x + radius * sine(angle + 90)), rounded(y + radius * sine(angle))];
      const last = corners.at(-1);
      if (!last || last[0] !== corner[0] || last[1] !== corner[1]) corners.push(corner);
    }
    fillConvex(corners.length > 1 ? corners : [corners[0], corners[0]]);
    around(x, y, subpixels + 2);
  };

  /* Has `work` paint with a bit. */
  const paint = (newBit, work) => {
    bit = newBit;
    work();
  };

  /* Removes what was painted with the bit PASSING. */
  const erasePassing = () => {
    if (!passing) return;
    const [left, top, right, bottom] = passing;
    for (let y = Math.max(top, 0); y <= Math.min(bottom, rows - 1); y += 1) {
      const end = y * columns + Math.min(right, columns - 1);
      for (let at = y * columns + Math.max(left, 0); at <= end; at += 1) fine[at] &= SETTLED;
    }
    passing = null;
  };

  /* Returns what may have changed since the last call, or will at the next erasePassing. */
  const takeDirty = () => {
    const taken = dirty;
    dirty = passing && [...passing];
    return taken;
  };

  return { fine, thickLine, dot, paint, erasePassing, takeDirty };
};
