/** How a surface lies on the canvas: by an affine map, which the canvas itself knows, or bent. */

import { contoursOf } from "./contours.js";
import type { Contour } from "./contours.js";
import type { Folds } from "./folds.js";
import type { Surface } from "./messages.js";
import type { Pair, SurfaceMap } from "./placing.js";

/** In millimetres of the surface; pixels are the canvas's. */
export interface Place {
  surface: string;
  /** What `path` is drawn with. */
  transform: DOMMatrix;
  /** A millimetre in the unit of `path`, and in pixels. */
  unit: number;
  pxPerMm: number;
  path(data: string): Path2D;
  /** Where a place of the surface is seen; undefined where it faces away. */
  at(x: number, y: number): Pair | undefined;
}

const MOST_PATHS = 400;
/** Of curves and of the map's own bend, each. */
const TOLERANCE_PX = 1 / 16;
const FOLD_STEP_PX = 2;
const MOST_SPLITS = 1024;
/** Of meshes: how far a cell may bend, how long one is over folds, and how far it reaches into the next. */
const CELL_BEND_PX = 1 / 8;
const CELL_PX = 10;
const CELL_OVER_PX = 0.75;
const MOST_CELLS = 128;
/** Places between kinks where slopes and bends are tried; between these they may be larger. */
const TRIED = 12;
const MARGIN = 1.5;

abstract class Paths {
  private readonly paths = new Map<string, Path2D>();

  path(data: string): Path2D {
    let path = this.paths.get(data);
    if (!path) {
      if (this.paths.size > MOST_PATHS) this.paths.clear();
      path = this.made(data);
      this.paths.set(data, path);
    }
    return path;
  }

  protected abstract made(data: string): Path2D;
}

export class Flat extends Paths implements Place {
  readonly unit: number = 1;
  readonly pxPerMm: number;

  constructor(readonly surface: string, readonly transform: DOMMatrix) {
    super();
    this.pxPerMm = Math.max(Math.hypot(transform.a, transform.b), Math.hypot(transform.c, transform.d));
  }

  protected made(data: string): Path2D {
    return new Path2D(data);
  }

  at(x: number, y: number): Pair {
    const point = this.transform.transformPoint({ x, y });
    return [point.x, point.y];
  }
}

/** Bounds in pixels by u and v: of first derivatives and of second ones. */
interface Bends { u: number; v: number; uu: number; uv: number; vv: number }

export class Bent extends Paths implements Place {
  readonly surface: string;
  readonly transform = new DOMMatrix();
  readonly pxPerMm: number;
  private readonly size: Pair;
  private readonly bends: Bends;

  /** zoom: canvas pixels a photo pixel, across and down. */
  constructor(surface: Surface, private readonly map: SurfaceMap, private readonly zoom: Pair, private readonly folds?: Folds) {
    super();
    this.surface = surface.id;
    this.size = [surface.widthUm / 1000, surface.heightUm / 1000];
    this.bends = this.tried();
    const [left, top, right, bottom] = map.seen;
    const [u, v] = [(left + right) / 2, (top + bottom) / 2];
    const [[x0, y0], [x1, y1], [x2, y2]] = [this.unfolded(u, v), this.unfolded(u + 1e-4, v), this.unfolded(u, v + 1e-4)];
    const area = Math.abs((x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)) * 1e8;
    this.pxPerMm = Math.sqrt(area / (this.size[0] * this.size[1]));
  }

  get unit(): number {
    return this.pxPerMm;
  }

  /** The most pixels that a millimetre takes. */
  get finest(): number {
    return Math.max(this.bends.u / this.size[0], this.bends.v / this.size[1]);
  }

  at(x: number, y: number): Pair | undefined {
    const [u, v] = [x / this.size[0], y / this.size[1]];
    const [left, , right] = this.map.seen;
    return (left > 0 && u < left) || (right < 1 && u > right) ? undefined : this.seenAt(u, v);
  }

  /**
   * Draws what the canvas draws in millimetres, over a mesh that is affine from cell to cell. What is there before
   * is replaced, so cells that reach into each other leave no seam. box: left, top, right and bottom of it all.
   */
  mesh(context: CanvasRenderingContext2D, box: readonly number[], draw: () => void): void {
    const [left, top, right, bottom] = this.map.seen;
    const { bends, size: [width, height] } = this;
    const columns = this.cells(bends.uu, bends.u, right - left, this.map.kinks[0].length + 1);
    const rows = this.cells(bends.vv, bends.v, bottom - top, this.map.kinks[1].length + 1);
    const [du, dv] = [(right - left) / columns, (bottom - top) / rows];
    const inBox = (at: number, step: number, from: number, to: number) => at + step >= from && at <= to;
    for (let column = 0; column < columns; column++) {
      const u = left + column * du;
      if (!inBox(u * width, du * width, box[0]!, box[2]!)) continue;
      for (let row = 0; row < rows; row++) {
        const v = top + row * dv;
        if (inBox(v * height, dv * height, box[1]!, box[3]!)) this.cell(context, u, v, du, dv, draw);
      }
    }
  }

  private cell(context: CanvasRenderingContext2D, u: number, v: number, du: number, dv: number, draw: () => void): void {
    const [[ax, ay], [bx, by], [cx, cy], [dx, dy]] = [this.seenAt(u, v), this.seenAt(u + du, v), this.seenAt(u, v + dv), this.seenAt(u + du, v + dv)];
    const [rightX, rightY, downX, downY] = [(bx - ax + dx - cx) / 2, (by - ay + dy - cy) / 2, (cx - ax + dx - bx) / 2, (cy - ay + dy - by) / 2];
    const [wide, high] = [du * this.size[0], dv * this.size[1]];
    const [x, y] = [u * this.size[0], v * this.size[1]];
    const [firstX, firstY] = [(ax + bx + cx + dx) / 4 - (rightX + downX) / 2, (ay + by + cy + dy) / 4 - (rightY + downY) / 2];
    context.save();
    context.setTransform(rightX / wide, rightY / wide, downX / high, downY / high, firstX, firstY);
    context.translate(-x, -y);
    const [overX, overY] = [(CELL_OVER_PX * wide) / Math.hypot(rightX, rightY), (CELL_OVER_PX * high) / Math.hypot(downX, downY)];
    const grown = (by: number) => [x - by * overX, y - by * overY, wide + 2 * by * overX, high + 2 * by * overY] as const;
    context.beginPath();
    context.rect(...grown(1));
    context.clip();
    // Taken out by the clip's coverage and put in by the same, a soft edge is neither lighter nor darker: "copy" leaves seams.
    context.globalCompositeOperation = "destination-out";
    context.fillRect(...grown(4));
    context.globalCompositeOperation = "lighter";
    draw();
    context.restore();
  }

  private cells(bend: number, slope: number, way: number, patches: number): number {
    const flat = way * Math.sqrt(bend / (8 * CELL_BEND_PX));
    const count = Math.max(flat, this.folds ? (way * slope) / CELL_PX : 0, 1);
    return patches * Math.ceil(Math.min(count, MOST_CELLS) / patches);
  }

  protected made(data: string): Path2D {
    const path = new Path2D();
    for (const contour of contoursOf(data, TOLERANCE_PX / this.finest)) this.trace(path, contour);
    return path;
  }

  /** Adds a contour; what of it faces away or lies beside the surface is moved onto the border. */
  private trace(path: Path2D, { points, closed }: Contour): void {
    const nodes = points.map(([x, y]): Pair => [x / this.size[0], y / this.size[1]]);
    if (closed && nodes.length) nodes.push(nodes[0]!);
    nodes.forEach((node, i) => {
      if (!i) return path.moveTo(...this.onto(node));
      for (const at of this.split(nodes[i - 1]!, node)) path.lineTo(...this.onto(at));
    });
    if (closed) path.closePath();
  }

  private onto([u, v]: Pair): Pair {
    const [left, top, right, bottom] = this.map.seen;
    return this.seenAt(Math.min(Math.max(u, left), right), Math.min(Math.max(v, top), bottom));
  }

  /** Returns places along a line after its start: where it passes a border or a kink, and so many that the map is straight between. */
  private split(from: Pair, to: Pair): Pair[] {
    const [left, top, right, bottom] = this.map.seen;
    const { bends } = this;
    const [du, dv] = [to[0] - from[0], to[1] - from[1]];
    const bent = du * du * bends.uu + 2 * Math.abs(du * dv) * bends.uv + dv * dv * bends.vv;
    const long = this.folds ? (Math.abs(du) * bends.u + Math.abs(dv) * bends.v) / FOLD_STEP_PX : 0;
    const pieces = Math.min(Math.max(Math.ceil(Math.max(Math.sqrt(bent / (8 * TOLERANCE_PX)), long)), 1), MOST_SPLITS);
    const shares = Array.from({ length: pieces }, (_, i) => (i + 1) / pieces);
    const { kinks } = this.map;
    for (const [axis, lines] of [[left, right, ...kinks[0]], [top, bottom, ...kinks[1]]].entries()) {
      const [start, way] = [from[axis]!, axis ? dv : du];
      shares.push(...lines.map((line) => (line - start) / way).filter((share) => share > 0 && share < 1));
    }
    return shares.sort((a, b) => a - b).map((share) => [from[0] + du * share, from[1] + dv * share]);
  }

  private seenAt(u: number, v: number): Pair {
    const [x, y] = this.unfolded(u, v);
    return this.folds ? this.folds.moved(x, y) : [x, y];
  }

  private unfolded(u: number, v: number): Pair {
    const [x, y] = this.map.at(u, v);
    return [x * this.zoom[0], y * this.zoom[1]];
  }

  /** Tries the map around places none of which is at a kink. */
  private tried(): Bends {
    const { seen: [left, top, right, bottom], kinks } = this.map;
    const [columns, rows] = kinks.map((inner) => TRIED * (inner.length + 1)) as Pair;
    const [du, dv] = [(right - left) / columns / 4, (bottom - top) / rows / 4];
    const bends: Bends = { u: 0, v: 0, uu: 0, uv: 0, vv: 0 };
    const longest = (key: keyof Bends, x: number, y: number) => { bends[key] = Math.max(bends[key], MARGIN * Math.hypot(x, y)); };
    for (let i = 0; i < columns * rows; i++) {
      const [u, v] = [left + (4 * (i % columns) + 2) * du, top + (4 * Math.floor(i / columns) + 2) * dv];
      const [[x, y], [rx, ry], [lx, ly], [bx, by], [tx, ty], [cx, cy]] = [
        this.unfolded(u, v), this.unfolded(u + du, v), this.unfolded(u - du, v),
        this.unfolded(u, v + dv), this.unfolded(u, v - dv), this.unfolded(u + du, v + dv),
      ] as [Pair, Pair, Pair, Pair, Pair, Pair];
      longest("u", (rx - lx) / 2 / du, (ry - ly) / 2 / du);
      longest("v", (bx - tx) / 2 / dv, (by - ty) / 2 / dv);
      longest("uu", (rx - 2 * x + lx) / du / du, (ry - 2 * y + ly) / du / du);
      longest("vv", (bx - 2 * x + tx) / dv / dv, (by - 2 * y + ty) / dv / dv);
      longest("uv", (cx - rx - bx + x) / du / dv, (cy - ry - by + y) / du / dv);
    }
    return bends;
  }
}
