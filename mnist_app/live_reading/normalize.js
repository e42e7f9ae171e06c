/* Makes the 28×28 image of a drawing exactly as mnist_app/preprocessing/normalize.py does with
   OpenCV and NumPy: the steps and their constants are explained there. Sums of 32-bit numbers are
   rounded where theirs are. */

const IMAGE_SIDE = 28;
const DIGIT_BOX = 20;
const MASS_CENTRE = 14;
const MINIMUM_SIDE_FRACTION = 10 / 128;
const INK_LEVEL = 32;

/* Returns [x, y, width, height] of all pixels of at least INK_LEVEL, or null. */
const boundingBox = ({ width, height, levels }) => {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      if (levels[at] < INK_LEVEL) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
};

/* Returns the crop of the square around the ink, its pixels repeated until it has DIGIT_BOX. */
const squareCrop = (ink, [x, y, wide, high]) => {
  const smallest = Math.floor(MINIMUM_SIDE_FRACTION * Math.min(ink.width, ink.height) + 0.5);
  const side = Math.max(wide, high, smallest);
  const left = x - Math.floor((side - wide) / 2);
  const top = y - Math.floor((side - high) / 2);
  let repeat = 1;
  while (side * repeat < DIGIT_BOX) repeat *= 2;
  const total = side * repeat;
  const levels = new Uint8Array(total * total);
  for (let row = 0; row < total; row += 1) {
    const from = top + Math.floor(row / repeat);
    if (from < 0 || from >= ink.height) continue;
    for (let column = 0; column < total; column += 1) {
      const at = left + Math.floor(column / repeat);
      if (at >= 0 && at < ink.width) levels[row * total + column] = ink.levels[from * ink.width + at];
    }
  }
  return { side: total, levels };
};

/* Returns for each of the DIGIT_BOX cells along a side the pixels under it, [index, weight] each. */
const cellsAlong = (side) => {
  const scale = side / DIGIT_BOX;
  return Array.from({ length: DIGIT_BOX }, (_, cell) => {
    const start = cell * scale;
    const end = start + scale;
    const width = Math.min(scale, side - start);
    const last = Math.min(Math.floor(end), side - 1);
    const first = Math.min(Math.ceil(start), last);
    const parts = [];
    if (first - start > 1e-3) parts.push([first - 1, Math.fround((first - start) / width)]);
    for (let at = first; at < last; at += 1) parts.push([at, Math.fround(1 / width)]);
    if (end - last > 1e-3) {
      parts.push([last, Math.fround(Math.min(Math.min(end - last, 1), width) / width)]);
    }
    return parts;
  });
};

/* Returns the means of the areas under DIGIT_BOX × DIGIT_BOX cells, as OpenCV's INTER_AREA. */
const areaAverage = ({ side, levels }) => {
  const cells = cellsAlong(side);
  const { fround } = Math;
  const means = new Float32Array(DIGIT_BOX * DIGIT_BOX);
  const isWhole = side % DIGIT_BOX === 0;
  const share = fround(1 / (side / DIGIT_BOX) ** 2);
  cells.forEach((rows, down) => {
    cells.forEach((columns, across) => {
      let sum = 0;
      for (const [row, weight] of rows) {
        let part = 0;
        for (const [column, portion] of columns) {
          const level = levels[row * side + column];
          part = isWhole ? part + level : fround(part + fround(level * portion));
        }
        sum = isWhole ? sum + part : fround(sum + fround(weight * part));
      }
      means[down * DIGIT_BOX + across] = isWhole ? sum * share : sum;
    });
  });
  return means;
};

/* Returns the image, a Uint8Array of 28 rows of 28 grey levels, or null if there is no ink. */
const normalizeDigit = (ink) => {
  const box = boundingBox(ink);
  if (!box) return null;
  const means = areaAverage(squareCrop(ink, box));
  const { fround } = Math;
  const scale = fround(255 / means.reduce((most, mean) => Math.max(most, mean), 0));
  const small = Uint8Array.from(means, (mean) => fround(fround(mean * scale) + 0.5));
  let [total, down, across] = [0, 0, 0];
  small.forEach((level, at) => {
    total += level;
    down += level * Math.floor(at / DIGIT_BOX);
    across += level * (at % DIGIT_BOX);
  });
  const shiftY = Math.floor(MASS_CENTRE + 0.5 - down / total);
  const shiftX = Math.floor(MASS_CENTRE + 0.5 - across / total);
  const image = new Uint8Array(IMAGE_SIDE * IMAGE_SIDE);
  small.forEach((level, at) => {
    const [y, x] = [Math.floor(at / DIGIT_BOX) + shiftY, (at % DIGIT_BOX) + shiftX];
    if (y >= 0 && y < IMAGE_SIDE && x >= 0 && x < IMAGE_SIDE) image[y * IMAGE_SIDE + x] = level;
  });
  return image;
};
