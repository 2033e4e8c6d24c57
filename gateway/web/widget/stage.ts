/**
 * Draws a layout over the product's photo: the outlines of `ComposeDesign`, and nothing of our own.
 *
 * Photo pixels are the canvas's own coordinates, scaled to the canvas; a surface is mapped onto them as the
 * server's preview does it: by the affine map through its three corners, or bent (`place`).
 */

import { lineOf, mark, stopsOf } from "./caret.js";
import type { Cursor, Line } from "./caret.js";
import { Folds } from "./folds.js";
import { Light } from "./light.js";
import type { Item, Layout, Placement, Point, Problem, Revision, Surface, SurfaceLayout, View, ZoneLayout } from "./messages.js";
import { paint } from "./paint.js";
import type { Pictures } from "./pictures.js";
import { Bent, Flat } from "./place.js";
import type { Place } from "./place.js";
import { isAffine, surfaceMap } from "./placing.js";
import type { Pair } from "./placing.js";
import { Relief, isBlind, reflex } from "./relief.js";
import { Sheets } from "./sheets.js";

const GUIDE = "rgba(20, 90, 200, 0.8)";
const PROBLEM = "rgba(190, 20, 30, 0.95)";
const SAMPLE_ALPHA = 0.3;

export interface Scene {
  revision: Revision;
  view: View;
  layout?: Layout | undefined;
  problems: Problem[];
  /** Zone whose edge is shown, because the shopper works on it. */
  active?: string;
  /** What stands palely in zones that are still empty. */
  sample?: { layout: Layout; zones: Set<string> } | undefined;
}

/** What a click meets. place: in the zone's text as made, `made`, where there is one. */
export interface Hit { zone: string; made?: string; place?: number }

export class Stage {
  private readonly relief = new Relief();
  private readonly sheets = new Sheets();
  private readonly light: Light;
  private scene?: Scene;
  private waiting = false;
  private placed: Place[] = [];
  private placedFor = "";
  private cursor?: Cursor | undefined;

  /** address: of a picture as this page reaches it. */
  constructor(
    readonly canvas: HTMLCanvasElement, private readonly pictures: Pictures, private readonly address: (uri: string) => string,
  ) {
    this.light = new Light(pictures);
  }

  /** Draws the scene at the next frame; of several in one frame only the last is drawn. */
  show(scene: Scene): void {
    this.scene = scene;
    this.again();
  }

  /** Draws the same scene again: the canvas has another size, or a picture came in. */
  again(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  /** Shows where the shopper's cursor stands in the picture, nowhere for undefined; draws nothing. */
  point(cursor: Cursor | undefined): void {
    const waits = cursor?.text && cursor.zone === this.cursor?.zone; // for the answer to what was typed
    this.cursor = cursor;
    const element = this.canvas.parentElement?.querySelector<HTMLElement>(".caret");
    const line = cursor && this.lineAt(cursor);
    if (element && (line || !waits)) mark(element, line);
  }

  /** From foot to head in CSS pixels of the canvas. */
  private lineAt(cursor: Cursor): Line | undefined {
    for (const place of this.placed) {
      const zone = surfaceOf(this.scene?.layout, place.surface)?.zones?.find((one) => one.zone === cursor.zone);
      const line = zone && lineOf(zone.text, cursor);
      const seen = line && seenLine(place, zone, line);
      const scale = this.canvas.clientWidth / this.canvas.width;
      if (seen) return seen.map((px) => px * scale) as Line;
    }
    return undefined;
  }

  /** What lies at a place on the page: the topmost zone, and the nearest place in its text. */
  hitAt(clientX: number, clientY: number): Hit | undefined {
    const context = this.canvas.getContext("2d")!;
    const box = this.canvas.getBoundingClientRect();
    const at: Pair = [((clientX - box.left) * this.canvas.width) / box.width, ((clientY - box.top) * this.canvas.height) / box.height];
    for (const place of this.placed) {
      const zones = surfaceOf(this.scene?.layout, place.surface)?.zones ?? [];
      context.setTransform(place.transform);
      const zone = [...zones].reverse().find(({ outline }) => outline && context.isPointInPath(place.path(outline), ...at));
      if (zone) return { zone: zone.zone, ...nearest(place, zone, at) };
    }
    return undefined;
  }

  private draw(): void {
    const scene = this.scene;
    const context = this.canvas.getContext("2d");
    const photo = scene && this.image(scene.view.photo, uriOf(scene.revision, scene.view.photo));
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!scene || !context || !photo || !width) return;
    // Placements count pixels of the photo itself; what is shown is a smaller copy of it.
    const [photoWidth, photoHeight] = sizeOf(scene.revision, scene.view);
    const height = Math.round((width * photoHeight) / photoWidth);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    context.resetTransform();
    context.imageSmoothingQuality = "high";
    context.drawImage(photo, 0, 0, width, height);
    let complete = this.lay(scene, [width / photoWidth, height / photoHeight]);
    for (const place of this.placed) complete = this.drawSurface(context, place, scene) && complete;
    // Says which layout is to be seen, once it is all there.
    this.canvas.dataset["layout"] = complete ? (scene.layout?.digest ?? "") : "";
    this.point(this.cursor);
  }

  /** Works out how surfaces lie on the canvas, unless they lie as before. Returns whether all is there for it. */
  private lay(scene: Scene, zoom: Pair): boolean {
    const { revision, view } = scene;
    const { displacement = "", displacementStrengthMillipx: strength = 0 } = view.light ?? {};
    const picture = displacement ? this.pictures.readable(displacement, this.address(uriOf(revision, displacement))) : null;
    const key = [revision.name, view.id, this.canvas.width, this.canvas.height, !!picture].join(" ");
    if (key === this.placedFor) return picture !== undefined;
    this.placedFor = key;
    const folds = picture ? Folds.of(picture, this.canvas, strength / 1000, zoom[0]) : undefined;
    this.placed = (view.placements ?? []).flatMap((placement): Place[] => {
      const surface = revision.template.surfaces.find((one) => one.id === placement.surface);
      if (!surface) return [];
      if (isAffine(placement) && !folds) return [new Flat(surface.id, mapOf(placement, surface, zoom[0]))];
      return [new Bent(surface, surfaceMap(placement, surface.widthUm), zoom, folds)];
    });
    return picture !== undefined;
  }

  private drawSurface(context: CanvasRenderingContext2D, place: Place, scene: Scene): boolean {
    const { sample, revision, view: { light } } = scene;
    const laid = surfaceOf(scene.layout, place.surface);
    const sampled = surfaceOf(sample?.layout, place.surface);
    const pale = sampled?.items?.filter((item) => sample?.zones.has(item.zone)) ?? [];
    const draw = (onto: CanvasRenderingContext2D) => {
      if (sampled) this.drawItems(onto, place, sampled, pale, SAMPLE_ALPHA);
      return !laid || this.drawItems(onto, place, laid, laid.items ?? [], 1);
    };
    const uri = (asset: string) => this.address(uriOf(revision, asset));
    const lit = light?.mask || light?.shading || light?.highlights;
    const complete = lit ? this.light.lay(context, light, uri, laid?.items ?? [], draw) : draw(context);
    if (laid) this.drawGuides(context, place, laid, scene);
    return complete;
  }

  /** Returns whether all of them could be drawn. */
  private drawItems(context: CanvasRenderingContext2D, place: Place, laid: SurfaceLayout, items: Item[], alpha: number): boolean {
    let complete = true;
    for (const item of items) {
      context.save();
      context.setTransform(place.transform);
      context.globalAlpha = alpha;
      if (laid.outline) context.clip(place.path(laid.outline)); // bleed is not seen on the product
      if (item.clip) context.clip(place.path(item.clip));
      complete = this.drawItem(context, place, laid, item) && complete;
      context.restore();
    }
    return complete;
  }

  private drawItem(context: CanvasRenderingContext2D, place: Place, laid: SurfaceLayout, item: Item): boolean {
    if (item.image) {
      const picture = this.image(item.image.asset, item.image.uri);
      if (!picture) return false;
      context.globalAlpha *= (item.opacityPermille ?? 1000) / 1000;
      if (place instanceof Bent) {
        this.sheets.picture(context, place, item.image, picture);
        return true;
      }
      const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = item.image.matrixUm.map((value) => value / 1000);
      context.transform(a, b, c, d, x, y);
      context.drawImage(picture, 0, 0, 1, 1);
      return true;
    }
    const path = place.path(item.path ?? "");
    if (!isBlind(item)) {
      context.save();
      const gradient = reflex(item, laid) ?? item.gradient;
      if (gradient && place instanceof Bent) this.sheets.gradient(context, place, item, path, gradient);
      else paint(context, item, path, gradient, place.unit);
      context.restore();
    }
    this.relief.draw(context, item, path, place, item.clip ? place.path(item.clip) : undefined);
    return true;
  }

  private drawGuides(context: CanvasRenderingContext2D, place: Place, laid: SurfaceLayout, scene: Scene): void {
    context.save();
    context.setTransform(place.transform);
    const hairline = (1.5 * devicePixelRatio * place.unit) / place.pxPerMm;
    context.lineWidth = hairline;
    const active = laid.zones?.find((one) => one.zone === scene.active);
    if (active?.outline) {
      context.setLineDash([hairline * 4, hairline * 3]);
      context.strokeStyle = "rgba(255, 255, 255, 0.7)";
      context.stroke(place.path(active.outline));
      context.lineDashOffset = hairline * 3.5;
      context.strokeStyle = GUIDE;
      context.stroke(place.path(active.outline));
      context.setLineDash([]);
    }
    context.strokeStyle = PROBLEM;
    for (const problem of scene.problems) {
      const where = laid.zones?.find((one) => one.zone === problem.zone);
      if (!where || !problem.box) continue;
      const { leftUm = 0, topUm = 0, rightUm = 0, bottomUm = 0 } = problem.box;
      const [left, right] = [leftUm, rightUm].map((um) => ((where.xUm ?? 0) + um) / 1000);
      const [top, bottom] = [topUm, bottomUm].map((um) => ((where.yUm ?? 0) + um) / 1000);
      context.stroke(place.path(`M${left} ${top}L${right} ${top}L${right} ${bottom}L${left} ${bottom}Z`));
    }
    context.restore();
  }

  private image(asset: string, uri: string | undefined): HTMLImageElement | undefined {
    return this.pictures.get(asset, this.address(uri ?? ""));
  }
}

/** The address of a picture that a revision pins. */
export function uriOf(revision: Revision, asset: string): string {
  return revision.assets?.find((one) => one.asset === asset)?.uri ?? "";
}

/** Width over height of a view's photo. */
export function ratioOf(revision: Revision, view: View | undefined): number {
  const [width, height] = sizeOf(revision, view);
  return width / height;
}

/** Width and height in pixels of a view's photo as it was uploaded. */
function sizeOf(revision: Revision, view: View | undefined): [number, number] {
  const { widthPx = 4, heightPx = 3 } = revision.assets?.find((one) => one.asset === view?.photo) ?? {};
  return [widthPx, heightPx];
}

function surfaceOf(layout: Layout | undefined, surface: string): SurfaceLayout | undefined {
  return layout?.surfaces?.find((one) => one.surface === surface);
}

/** From foot to head on the canvas; undefined where that faces away. */
function seenLine(place: Place, { xUm = 0, yUm = 0 }: ZoneLayout, [footX, footY, headX, headY]: Line): Line | undefined {
  const foot = place.at((xUm + footX) / 1000, (yUm + footY) / 1000);
  const head = place.at((xUm + headX) / 1000, (yUm + headY) / 1000);
  return foot && head && [...foot, ...head];
}

/** The place between letters that is nearest on the canvas. */
function nearest(place: Place, zone: ZoneLayout, at: Pair): Partial<Hit> {
  let [least, found] = [Infinity, -1];
  for (const [offset, line] of stopsOf(zone.text)) {
    const seen = seenLine(place, zone, line);
    const way = seen ? distance(at, seen) : Infinity;
    if (way < least) [least, found] = [way, offset];
  }
  return found < 0 ? {} : { made: zone.text?.textAsMade ?? "", place: found };
}

function distance([x, y]: Pair, [footX, footY, headX, headY]: Line): number {
  const [alongX, alongY] = [headX - footX, headY - footY];
  const share = ((x - footX) * alongX + (y - footY) * alongY) / (alongX * alongX + alongY * alongY || 1);
  const near = Math.min(Math.max(share, 0), 1);
  return Math.hypot(x - footX - near * alongX, y - footY - near * alongY);
}

/** Millimetres of a surface to pixels of the canvas. scale: canvas pixels a photo pixel. */
function mapOf(placement: Placement, surface: Surface, scale: number): DOMMatrix {
  const [x0, y0] = place(placement.topLeft, scale);
  const [x1, y1] = place(placement.topRight, scale);
  const [x2, y2] = place(placement.bottomLeft, scale);
  const width = surface.widthUm / 1000;
  const height = surface.heightUm / 1000;
  return new DOMMatrix([(x1 - x0) / width, (y1 - y0) / width, (x2 - x0) / height, (y2 - y0) / height, x0, y0]);
}

function place(point: Point, scale: number): [number, number] {
  return [((point.xMillipx ?? 0) / 1000) * scale, ((point.yMillipx ?? 0) / 1000) * scale];
}
