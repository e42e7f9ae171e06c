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

/* Returns the crop of the square around the ink, doubled until it has DIGIT_BOX pixels. */
const squareCrop = (ink, [x, y, wide, high]) => {
  const smallest = Math.floor(MINIMUM_SIDE_FRACTION * Math.min(ink.width, ink.height) + 0.5);
  const side = Math.max(wide, high, smallest);
  const left = x - Math.floor((side - wide) / 2);
  const top = y - Math.floor((side - high) / 2);
  const [from, to] = [Math.max(left, 0), Math.min(left + side, ink.width)];
  const levels = new Uint8Array(side * side);
  for (let row = Math.max(top, 0); row < Math.min(top + side, ink.height); row += 1) {
    const start = row * ink.width;
    const place = (row - top) * side + from - left;
    levels.set(ink.levels.subarray(start + from, start + to), place);
  }
  let crop = { side, levels };
  while (crop.side < DIGIT_BOX) crop = doubled(crop);
  return crop;
};

const doubled = ({ side, levels }) => {
  const at = (index) =>
    Math.floor(index / (2 * side) / 2) * side + Math.floor((index % (2 * side)) / 2);
  return {
    side: 2 * side,
    levels: Uint8Array.from({ length: 4 * side * side }, (_, i) => levels[at(i)]),
  };
};

/* Returns for each of the DIGIT_BOX cells along a side the first pixel under it, and the share of
   each pixel in its mean. */
const cellsAlong = (side) => {
  const scale = side / DIGIT_BOX;
  return Array.from({ length: DIGIT_BOX }, (_, cell) => {
    const start = cell * scale;
    const width = Math.min(scale, side - start);
    const last = Math.min(Math.floor(start + scale), side - 1);
    const first = Math.min(Math.ceil(start), last);
    const shares = new Array(last - first).fill(1 / width);
    const [before, after] = [first - start, start + scale - last];
    if (before > 1e-3) shares.unshift(before / width);
    if (after > 1e-3) shares.push(Math.min(after, 1, width) / width);
    return { first: before > 1e-3 ? first - 1 : first, shares: Float32Array.from(shares) };
  });
};

/* Returns the means of the areas under DIGIT_BOX × DIGIT_BOX cells, as OpenCV's INTER_AREA. */
const areaAverage = ({ side, levels }) => {
  const { fround } = Math;
  const cells = cellsAlong(side);
  const isWhole = side % DIGIT_BOX === 0; // then OpenCV adds whole numbers and divides at the end
  const parts = new Float32Array(side * DIGIT_BOX); // of each row, the sums across
  for (let row = 0; row < side; row += 1) {
    for (let across = 0; across < DIGIT_BOX; across += 1) {
      const { first, shares } = cells[across];
      let at = row * side + first;
      let sum = 0;
      for (let index = 0; index < shares.length; index += 1, at += 1) {
        sum = isWhole ? sum + levels[at] : fround(sum + fround(levels[at] * shares[index]));
      }
      parts[row * DIGIT_BOX + across] = sum;
    }
  }
  const means = new Float32Array(DIGIT_BOX * DIGIT_BOX);
  const share = fround(1 / (side / DIGIT_BOX) ** 2);
  cells.forEach(({ first, shares }, down) => {
    for (let across = 0; across < DIGIT_BOX; across += 1) {
      let sum = 0;
      shares.forEach((weight, index) => {
        const part = parts[(first + index) * DIGIT_BOX + across];
        sum = isWhole ? sum + part : fround(sum + fround(weight * part));
      });
      means[down * DIGIT_BOX + across] = isWhole ? sum * share : sum;
    }
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
