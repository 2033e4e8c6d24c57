/** Folds of cloth move what lies on them, by a grey picture: `render_core/mockup/folds.py`, whose numbers these are. */

import type { Pair } from "./placing.js";

const STEEPEST = 0.5;
const ROUNDS = 8;
const MIDDLE = 128;
const MOST_WIDTH_PX = 1024;
const SOFT_PX = 3;

export class Folds {
  /** shift: pixels of the canvas, to the right and down alike. share: how wide the plane is, by the canvas. */
  private constructor(private readonly shift: Float32Array, private readonly width: number, private readonly height: number, private readonly share: number) {}

  /** strengthPx: what pure white moves on the photo. zoom: canvas pixels a photo pixel. */
  static of(picture: HTMLImageElement, canvas: HTMLCanvasElement, strengthPx: number, zoom: number): Folds {
    const share = Math.min(1, MOST_WIDTH_PX / canvas.width);
    const [width, height] = [Math.round(canvas.width * share), Math.max(1, Math.round(canvas.height * share))];
    let plane: Float32Array = greysOf(picture, width, height).map((grey) => grey - MIDDLE);
    const radius = Math.max(1, Math.round(SOFT_PX * zoom * share));
    for (let i = 0; i < 2; i++) plane = boxed(boxed(plane, radius, width, height, width, 1), radius, height, width, 1, width);
    let [across, down] = [0, 0];
    for (let i = 0; i < plane.length; i++) {
      if (i % width) across = Math.max(across, Math.abs(plane[i]! - plane[i - 1]!));
      if (i >= width) down = Math.max(down, Math.abs(plane[i]! - plane[i - width]!));
    }
    const strength = (strengthPx * zoom) / (MIDDLE - 1);
    const steepest = (across + down) * Math.abs(strength) * share;
    const factor = strength * Math.min(1, STEEPEST / (steepest || 1));
    return new Folds(plane.map((grey) => grey * factor), width, height, share);
  }

  /** Where a place of the unfolded picture is seen. */
  moved(x: number, y: number): Pair {
    let [atX, atY] = [x, y];
    for (let i = 0; i < ROUNDS; i++) {
      const shift = this.at(atX, atY);
      [atX, atY] = [x - shift, y - shift];
    }
    return [atX, atY];
  }

  private at(x: number, y: number): number {
    const { shift, width, height, share } = this;
    const across = Math.min(Math.max(x * share - 0.5, 0), width - 1.001);
    const down = Math.min(Math.max(y * share - 0.5, 0), height - 1.001);
    const [column, row] = [Math.max(Math.floor(across), 0), Math.max(Math.floor(down), 0)];
    const [s, t] = [across - column, down - row];
    const place = row * width + column;
    const below = place + (height > 1 ? width : 0);
    const right = width > 1 ? 1 : 0;
    const upper = shift[place]! * (1 - s) + shift[place + right]! * s;
    return upper * (1 - t) + (shift[below]! * (1 - s) + shift[below + right]! * s) * t;
  }
}

/** The greys of a picture at a size, 0 to 255. */
export function greysOf(picture: HTMLImageElement, width: number, height: number): Float32Array {
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true })!;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return Float32Array.from({ length: width * height }, (_, i) => (data[4 * i]! * 54 + data[4 * i + 1]! * 183 + data[4 * i + 2]! * 19) / 256);
}

/** The average over 2 · radius + 1 neighbours along lines of a plane; the border goes on outside. stride: between lines. step: along one. */
function boxed(plane: Float32Array, radius: number, length: number, lines: number, stride: number, step: number): Float32Array {
  const out = new Float32Array(plane.length);
  for (let line = 0; line < lines; line++) {
    const value = (i: number) => plane[line * stride + Math.min(Math.max(i, 0), length - 1) * step]!;
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += value(i);
    for (let i = 0; i < length; i++) {
      out[line * stride + i * step] = sum / (2 * radius + 1);
      sum += value(i + radius + 1) - value(i - radius);
    }
  }
  return out;
}
