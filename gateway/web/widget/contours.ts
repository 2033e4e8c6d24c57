/** Path data of layouts as lines: the commands M L Q C A Z with absolute places, as the API writes them. */

import type { Pair } from "./placing.js";

export interface Contour { points: Pair[]; closed: boolean }

const WORDS = /[MLQCAZ]|-?[\d.]+/g;
const TAKES: Record<string, number> = { M: 2, L: 2, Q: 4, C: 6, A: 7, Z: 0 };
const MOST_PIECES = 256;

/** Returns the contours of a path, no farther from its curves than a tolerance in its own unit. */
export function contoursOf(data: string, tolerance: number): Contour[] {
  const contours: Contour[] = [];
  const words = data.match(WORDS) ?? [];
  for (let at = 0; at < words.length;) {
    const command = words[at++]!;
    const end = at + (TAKES[command] ?? 0);
    const numbers = words.slice(at, end).map(Number);
    at = end;
    if (command === "M") contours.push({ points: [], closed: false });
    const contour = contours.at(-1);
    if (!contour) continue;
    if (command === "Z") contour.closed = true;
    else if (command === "A") contour.points.push(...arc(contour.points.at(-1)!, numbers, tolerance));
    else if (command === "M" || command === "L") contour.points.push(numbers as Pair);
    else contour.points.push(...curve([...contour.points.at(-1)!, ...numbers], tolerance));
  }
  return contours;
}

/** A Bézier curve after its first place. polygon: x and y of its control points. */
function curve(polygon: number[], tolerance: number): Pair[] {
  const order = polygon.length / 2 - 1;
  let bend = 0;
  for (let i = 0; i + 4 < polygon.length; i += 2) {
    bend = Math.max(bend, Math.hypot(...[i, i + 1].map((at) => polygon[at]! - 2 * polygon[at + 2]! + polygon[at + 4]!)));
  }
  // A line between two places is an eighth of the second derivative away.
  return along(Math.sqrt((order * (order - 1) * bend) / (8 * tolerance)), (t) => {
    let rest = polygon;
    while (rest.length > 2) rest = rest.slice(2).map((next, i) => rest[i]! * (1 - t) + next * t);
    return rest as Pair;
  });
}

/** An arc of a circle, at most half of it, after its first place. */
function arc([x0, y0]: Pair, numbers: number[], tolerance: number): Pair[] {
  const [radius = 0, , , , sweep, x1 = 0, y1 = 0] = numbers;
  const [dx, dy] = [(x0 - x1) / 2, (y0 - y1) / 2];
  const squared = dx * dx + dy * dy;
  if (!squared) return [];
  const off = Math.sqrt(Math.max(0, (radius * radius) / squared - 1)) * (sweep ? 1 : -1);
  const [x, y] = [(x0 + x1) / 2 + off * dy, (y0 + y1) / 2 - off * dx];
  const start = Math.atan2(y0 - y, x0 - x);
  let turn = Math.atan2(y1 - y, x1 - x) - start;
  if (sweep && turn < 0) turn += 2 * Math.PI;
  if (!sweep && turn > 0) turn -= 2 * Math.PI;
  const reach = Math.hypot(x0 - x, y0 - y);
  return along(Math.abs(turn) * Math.sqrt(reach / (8 * tolerance)), (t) => [x + reach * Math.cos(start + turn * t), y + reach * Math.sin(start + turn * t)]);
}

function along(pieces: number, at: (t: number) => Pair): Pair[] {
  const count = Math.min(Math.max(Math.ceil(pieces), 1), MOST_PIECES);
  return Array.from({ length: count }, (_, i) => at((i + 1) / count));
}
