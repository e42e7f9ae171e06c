/* The network of a bundle: its file, and images to logits.

   browser.bin, which mnist_app/training/browser_network.py writes, is a JSON list of layers and the
   weights as 16-bit numbers. Activations lie as rows, columns, channels; channels are filled up
   with zeros to a multiple of 8, of which the inner loops (kernel.wat) calculate 4 at once. */

const LANES = 8;
const PAGE = 65536; // bytes; the unit of the kernel's memory
const padded = (channels) => Math.ceil(channels / LANES) * LANES;

/* Returns the 32-bit number of an IEEE 754 half. */
const fromHalf = (half) => {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
};

/* The function of kernel.wat in JavaScript, for browsers without its instructions. */
const rowInJavaScript = (memory) => {
  const all = new Float32Array(memory.buffer);
  return (
    input,
    weights,
    bias,
    output,
    rows,
    length,
    rowStride,
    pixelStride,
    pixels,
    channels,
    floor,
  ) => {
    const step = pixelStride / 4;
    for (let block = 0; block < channels; block += 4) {
      const lane = block % LANES;
      const blockWeights = weights / 4 + (block - lane) * rows * length + lane;
      for (let pixel = 0; pixel < pixels; pixel += 2) {
        const first = Math.min(pixel, pixels - 2);
        let [a0, a1, a2, a3] = all.subarray(bias / 4 + block, bias / 4 + block + 4);
        let [b0, b1, b2, b3] = [a0, a1, a2, a3];
        let weight = blockWeights;
        for (let row = 0; row < rows; row += 1) {
          let at = (input + row * rowStride) / 4 + first * step;
          for (const end = at + length; at < end; at += 1, weight += LANES) {
            const a = all[at];
            const b = all[at + step];
            const w0 = all[weight];
            const w1 = all[weight + 1];
            const w2 = all[weight + 2];
            const w3 = all[weight + 3];
            a0 += a * w0;
            a1 += a * w1;
            a2 += a * w2;
            a3 += a * w3;
            b0 += b * w0;
            b1 += b * w1;
            b2 += b * w2;
            b3 += b * w3;
          }
        }
        const out = output / 4 + first * channels + block;
        all.set(
          [a0, a1, a2, a3].map((sum) => Math.max(sum, floor)),
          out,
        );
        all.set(
          [b0, b1, b2, b3].map((sum) => Math.max(sum, floor)),
          out + channels,
        );
      }
    }
  };
};

/* Returns the memory, at least so many bytes, and the function of kernel.wat that works in it. */
const newKernel = (bytes, module) => {
  const pages = Math.ceil(bytes / PAGE);
  try {
    const { memory, row } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
    memory.grow(pages);
    return { memory, row };
  } catch {
    const memory = { buffer: new ArrayBuffer(pages * PAGE) };
    return { memory, row: rowInJavaScript(memory) };
  }
};

/* Returns the layers of browser.bin, each with its size and the place of its weights. */
const readLayers = (file) => {
  const length = new DataView(file).getUint32(0, true);
  const layers = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 4, length)));
  let [side, channels, stored] = [IMAGE_SIDE, 1, 0];
  return layers.map((layer) => {
    const from = { side, channels };
    if (layer.kind === "dense") [side, channels] = [1, layer.outputs];
    else if (layer.kind === "convolution") [side, channels] = [side - 2, layer.outputs];
    else side = Math.floor(side / 2);
    const count = layer.kind === "dense" ? from.side ** 2 * from.channels : 9 * from.channels;
    const weights = stored;
    if (layer.outputs) stored += (count + 1) * layer.outputs;
    return { ...layer, from, to: { side, channels }, weights };
  });
};

const channelsIn = ({ side, channels }) => (side === IMAGE_SIDE ? channels : padded(channels));
const sizeOf = (size) => size.side ** 2 * channelsIn(size);

/* Returns a function from an image, a Uint8Array of 28 × 28, to the logits. */
const newNetwork = (file, module) => {
  const start = 4 + new DataView(file).getUint32(0, true);
  const halves = new Uint16Array(file, start);
  const layers = readLayers(file);
  let numbers = 0;
  const room = (count) => {
    const start = numbers;
    numbers += Math.ceil(count / 4) * 4;
    return 4 * start;
  };
  room(PAGE / 4); // with which the memory of the kernel begins
  const largest = Math.max(...layers.map(({ from, to }) => Math.max(sizeOf(from), sizeOf(to))));
  const widest = padded(Math.max(...layers.map(({ to }) => to.channels)));
  const buffers = [room(largest + 4 * widest), room(largest + 4 * widest)];
  for (const layer of layers) {
    if (!layer.outputs) continue;
    const { from, kind } = layer;
    layer.inputs = channelsIn(from);
    layer.length = kind === "dense" ? from.side ** 2 * layer.inputs : 3 * layer.inputs;
    layer.rows = kind === "dense" ? 1 : 3;
    layer.weightsAt = room(layer.rows * layer.length * padded(layer.outputs));
    layer.biasAt = room(padded(layer.outputs));
  }
  const { memory, row } = newKernel(4 * numbers, module);
  const all = new Float32Array(memory.buffer);
  for (const layer of layers) {
    if (!layer.outputs) continue;
    const { from, outputs, inputs, length, rows } = layer;
    const positions = (rows * length) / inputs;
    let half = layer.weights;
    for (let position = 0; position < positions; position += 1) {
      for (let input = 0; input < from.channels; input += 1) {
        const at = position * inputs + input;
        for (let output = 0; output < outputs; output += 1, half += 1) {
          const block = output - (output % LANES);
          const place = block * rows * length + at * LANES + (output % LANES);
          all[layer.weightsAt / 4 + place] = fromHalf(halves[half]);
        }
      }
    }
    for (let output = 0; output < outputs; output += 1, half += 1) {
      all[layer.biasAt / 4 + output] = fromHalf(halves[half]);
    }
  }

  const pool = ({ from, to }, input, output) => {
    const channels = padded(from.channels);
    for (let y = 0; y < to.side; y += 1) {
      for (let x = 0; x < to.side; x += 1) {
        const above = input / 4 + (2 * y * from.side + 2 * x) * channels;
        const below = above + from.side * channels;
        const at = output / 4 + (y * to.side + x) * channels;
        for (let channel = 0; channel < channels; channel += 1) {
          const upper = Math.max(all[above + channel], all[above + channels + channel]);
          const lower = Math.max(all[below + channel], all[below + channels + channel]);
          all[at + channel] = Math.max(upper, lower);
        }
      }
    }
  };

  const multiply = (layer, input, output) => {
    const { from, to, weightsAt, biasAt, rows, length, inputs, relu } = layer;
    const channels = padded(layer.outputs);
    // Four outputs are calculated at once. A narrower row has its outputs calculated one by one,
    // four times each; the next one takes the place of the copies.
    const isNarrow = to.side < 4;
    for (let y = 0; y < to.side; y += 1) {
      for (let x = 0; x < (isNarrow ? to.side : 1); x += 1) {
        row(
          input + 4 * (y * from.side + x) * inputs,
          weightsAt,
          biasAt,
          output + 4 * (y * to.side + x) * channels,
          rows,
          length,
          4 * from.side * inputs,
          isNarrow ? 0 : 4 * inputs,
          isNarrow ? 4 : to.side,
          channels,
          relu ? 0 : -Infinity,
        );
      }
    }
  };

  return (image) => {
    let [input, output] = buffers;
    image.forEach((level, at) => {
      all[input / 4 + at] = level / 255;
    });
    for (const layer of layers) {
      (layer.outputs ? multiply : pool)(layer, input, output);
      [input, output] = [output, input];
    }
    return all.slice(input / 4, input / 4 + layers.at(-1).outputs);
  };
};
