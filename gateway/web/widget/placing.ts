/**
 * Where a surface falls on a photo if no affine map takes it there: a plane in perspective, a cylinder before a
 * camera, Bézier patches. The maps of `render_core/mockup/maps.py`, term by term; who changes one changes both.
 */

import type { Placement, Point } from "./messages.js";

export type Pair = [number, number];
type Vector = [number, number, number];

/** From the unit square of a surface, u along its width and v along its height, to pixels of the photo. */
export interface SurfaceMap {
  /** Left, top, right and bottom of the part that faces the camera. */
  seen: [number, number, number, number];
  /** Inner lines of one u, and of one v, where the map has a kink. */
  kinks: [number[], number[]];
  at(u: number, v: number): Pair;
}

const UNIT: SurfaceMap["seen"] = [0, 0, 1, 1];
const HORIZON_STEPS = 180;
const HALVINGS = 40;
/** A thousandth of a radian short of the horizon, as the server draws it. */
const SHORT_OF_HORIZON = 1e-3;

/** Whether three corners are all that a placement states. */
export function isAffine({ bottomRight, cylinder, net }: Placement): boolean {
  return !bottomRight && !cylinder && !net;
}

/** widthUm: of the surface. */
export function surfaceMap(placement: Placement, widthUm: number): SurfaceMap {
  const { topLeft, topRight, bottomLeft, bottomRight, cylinder, net } = placement;
  if (net) return patches(net.columns ?? 1, net.rows ?? 1, (net.points ?? []).map(pixels));
  if (cylinder) {
    const { points = [], diameterUm = 1, fromUm = 0, toUm = 0 } = cylinder;
    const part: Pair = toUm ? [fromUm / widthUm, toUm / widthUm] : [0, 1];
    return round(points.map(pixels), part, (2 * widthUm) / diameterUm);
  }
  const [a, b, c] = [pixels(topLeft), pixels(topRight), pixels(bottomLeft)];
  return quad(a, b, c, bottomRight ? pixels(bottomRight) : [b[0] + c[0] - a[0], b[1] + c[1] - a[1]]);
}

function pixels({ xMillipx = 0, yMillipx = 0 }: Point): Pair {
  return [xMillipx / 1000, yMillipx / 1000];
}

function quad([x0, y0]: Pair, [x1, y1]: Pair, [x3, y3]: Pair, [x2, y2]: Pair): SurfaceMap {
  const [sumX, sumY] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const determinant = dx1 * dy2 - dy1 * dx2;
  const g = (sumX * dy2 - sumY * dx2) / determinant;
  const h = (dx1 * sumY - dy1 * sumX) / determinant;
  const at = (u: number, v: number): Pair => {
    const w = g * u + h * v + 1;
    return [((x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0) / w, ((y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0) / w];
  };
  return { seen: UNIT, kinks: [[], []], at };
}

/** points: left, middle and right of a part's upper edge, then of its lower edge. part: in u. arc: of all, in radians. */
function round(points: Pair[], part: Pair, arc: number): SurfaceMap {
  const [a, b, c, d] = columns(points, (arc * (part[1] - part[0])) / 2);
  const middle = (part[0] + part[1]) / 2;
  const [dac, dbc, abc] = [determinant(d, a, c), determinant(d, b, c), determinant(a, b, c)];
  const facing = (angle: number) => (Math.cos(angle) * dac - Math.sin(angle) * dbc - abc) * Math.sign(dac - abc);
  const [left, right] = [-1, 1].map((sign) => middle + (sign * horizon((angle) => facing(sign * angle))) / arc) as Pair;
  const at = (u: number, v: number): Pair => {
    const [sine, cosine] = [Math.sin((u - middle) * arc), Math.cos((u - middle) * arc)];
    const [x, y, w] = [0, 1, 2].map((i) => a[i]! * sine + b[i]! * cosine + c[i]! * v + d[i]!) as Vector;
    return [x / w, y / w];
  };
  return { seen: [Math.max(0, left), 0, Math.min(1, right), 1], kinks: [[], []], at };
}

/** The camera's matrix in the axes of the body: columns of sine, cosine, height, and alone. half: angle of half the part. */
function columns(points: Pair[], half: number): [Vector, Vector, Vector, Vector] {
  const [leftTop, top, rightTop, leftFoot, foot, rightFoot] = points as [Pair, Pair, Pair, Pair, Pair, Pair];
  const met = cross(cross([...leftTop, 1], [...leftFoot, 1]), cross([...rightTop, 1], [...rightFoot, 1]));
  const largest = Math.max(...met.map(Math.abs));
  let along = met.map((one) => one / largest) as Vector;
  if (depth(along, leftTop, leftFoot) < 0) along = along.map((one) => -one) as Vector;
  const [left, middle, right] = ([[leftTop, leftFoot], ontoLineTo(along, top, foot), [rightTop, rightFoot]] as [Pair, Pair][])
    .map(([upper, lower]) => {
      const far = depth(along, upper, lower);
      return [far * upper[0], far * upper[1], far] as Vector;
    }) as [Vector, Vector, Vector];
  const sine = 1 / (2 * Math.sin(half));
  const versed = 1 / (1 - Math.cos(half));
  const a = mixed(right, left, sine, -sine);
  const b = mixed(middle, mixed(left, right, 0.5, 0.5), versed, -versed);
  return [a, b, along, mixed(middle, b, 1, -1)];
}

/** The angle at which a round surface turns away from the camera. */
function horizon(facing: (angle: number) => number): number {
  let turned = 1;
  while (turned <= HORIZON_STEPS && facing((turned / HORIZON_STEPS) * Math.PI) > 0) turned += 1;
  if (turned > HORIZON_STEPS) return Math.PI;
  let [low, high] = [((turned - 1) / HORIZON_STEPS) * Math.PI, (turned / HORIZON_STEPS) * Math.PI];
  for (let i = 0; i < HALVINGS; i++) {
    const half = (low + high) / 2;
    if (facing(half) > 0) low = half;
    else high = half;
  }
  return Math.max(low - SHORT_OF_HORIZON, 0);
}

/** Moves two points sideways onto the line through their middle and a vanishing point. */
function ontoLineTo(along: Vector, top: Pair, foot: Pair): [Pair, Pair] {
  const line = cross(along, [(top[0] + foot[0]) / 2, (top[1] + foot[1]) / 2, 1]);
  const squared = line[0] * line[0] + line[1] * line[1];
  return [top, foot].map(([x, y]) => {
    const beside = (line[0] * x + line[1] * y + line[2]) / squared;
    return [x - line[0] * beside, y - line[1] * beside];
  }) as [Pair, Pair];
}

/** The depth p with p · top + along = q · foot. */
function depth(along: Vector, top: Pair, foot: Pair): number {
  const line = cross([...top, 1], [...foot, 1]);
  return -dot(cross(along, [...foot, 1]), line) / dot(line, line);
}

/** net: (3 · rows + 1) · (3 · across + 1) control points, row by row. */
function patches(across: number, rows: number, net: Pair[]): SurfaceMap {
  const stride = 3 * across + 1;
  const inner = (cells: number) => Array.from({ length: cells - 1 }, (_, i) => (i + 1) / cells);
  const at = (u: number, v: number): Pair => {
    const [column, s] = cell(u, across);
    const [row, t] = cell(v, rows);
    const [along, down] = [bernstein(s), bernstein(t)];
    let [x, y] = [0, 0];
    for (let j = 0; j < 4; j++) {
      for (let i = 0; i < 4; i++) {
        const control = net[(3 * row + j) * stride + 3 * column + i]!;
        const weight = along[i]! * down[j]!;
        x += weight * control[0];
        y += weight * control[1];
      }
    }
    return [x, y];
  };
  return { seen: UNIT, kinks: [inner(across), inner(rows)], at };
}

function cell(along: number, cells: number): Pair {
  const at = Math.min(Math.max(Math.floor(along * cells), 0), cells - 1);
  return [at, along * cells - at];
}

function bernstein(t: number): number[] {
  const s = 1 - t;
  return [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function determinant(a: Vector, b: Vector, c: Vector): number {
  return dot(cross(a, b), c);
}

function mixed(a: Vector, b: Vector, ofA: number, ofB: number): Vector {
  return [a[0] * ofA + b[0] * ofB, a[1] * ofA + b[1] * ofB, a[2] * ofA + b[2] * ofB];
}
