/**
 * Draws a layout over the product's photo: the outlines of `ComposeDesign`, and nothing of our own.
 *
 * Photo pixels are the canvas's own coordinates, scaled to the canvas; a surface is mapped onto them
 * by the affine map through its three corners, as the server's preview does it.
 */

import { lineOf, mark } from "./caret.js";
import type { Cursor, Line } from "./caret.js";
import type { Item, Layout, Placement, Point, Problem, Revision, Surface, SurfaceLayout, View } from "./messages.js";
import { paint } from "./paint.js";
import type { Pictures } from "./pictures.js";
import { Relief, isBlind, reflex } from "./relief.js";

const GUIDE = "rgba(20, 90, 200, 0.8)";
const PROBLEM = "rgba(190, 20, 30, 0.95)";
const SAMPLE_ALPHA = 0.3;
const MOST_PATHS = 400;

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

interface Placed { map: DOMMatrix; surface: string }

export class Stage {
  private readonly paths = new Map<string, Path2D>();
  private readonly relief = new Relief();
  private scene?: Scene;
  private waiting = false;
  private placed: Placed[] = [];
  private cursor?: Cursor | undefined;

  /** address: of a picture as this page reaches it. */
  constructor(
    readonly canvas: HTMLCanvasElement, private readonly pictures: Pictures, private readonly address: (uri: string) => string,
  ) {}

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
    for (const { map, surface } of this.placed) {
      const zone = surfaceOf(this.scene?.layout, surface)?.zones?.find((one) => one.zone === cursor.zone);
      const line = zone && lineOf(zone.text, cursor);
      if (!line) continue;
      const [left, top] = [zone.xUm ?? 0, zone.yUm ?? 0];
      const foot = map.transformPoint({ x: (left + line[0]) / 1000, y: (top + line[1]) / 1000 });
      const head = map.transformPoint({ x: (left + line[2]) / 1000, y: (top + line[3]) / 1000 });
      const scale = this.canvas.clientWidth / this.canvas.width;
      return [foot.x * scale, foot.y * scale, head.x * scale, head.y * scale];
    }
    return undefined;
  }

  /** The zone at a place on the page, the topmost first. */
  zoneAt(clientX: number, clientY: number): string | undefined {
    const context = this.canvas.getContext("2d");
    const box = this.canvas.getBoundingClientRect();
    const x = ((clientX - box.left) * this.canvas.width) / box.width;
    const y = ((clientY - box.top) * this.canvas.height) / box.height;
    for (const { map, surface } of this.placed) {
      const at = map.inverse().transformPoint({ x, y });
      const zones = this.scene?.layout?.surfaces?.find((one) => one.surface === surface)?.zones ?? [];
      context?.resetTransform();
      const hit = [...zones].reverse().find((zone) => zone.outline && context?.isPointInPath(this.path(zone.outline), at.x, at.y));
      if (hit) return hit.zone;
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
    this.placed = placesOf(scene, width / photoWidth);
    let complete = true;
    for (const { map, surface } of this.placed) complete = this.drawSurface(context, map, surface, scene) && complete;
    // Says which layout is to be seen, once it is all there.
    this.canvas.dataset["layout"] = complete ? (scene.layout?.digest ?? "") : "";
    this.point(this.cursor);
  }

  private drawSurface(context: CanvasRenderingContext2D, map: DOMMatrix, surface: string, scene: Scene): boolean {
    const { sample } = scene;
    const pale = surfaceOf(sample?.layout, surface)?.items?.filter((item) => sample?.zones.has(item.zone)) ?? [];
    const sampled = surfaceOf(sample?.layout, surface);
    if (sampled) this.drawItems(context, map, sampled, pale, SAMPLE_ALPHA);
    const laid = surfaceOf(scene.layout, surface);
    if (!laid) return true;
    const complete = this.drawItems(context, map, laid, laid.items ?? [], 1);
    this.drawGuides(context, map, laid, scene);
    return complete;
  }

  /** Returns whether all of them could be drawn. */
  private drawItems(context: CanvasRenderingContext2D, map: DOMMatrix, laid: SurfaceLayout, items: Item[], alpha: number): boolean {
    let complete = true;
    for (const item of items) {
      context.save();
      context.setTransform(map);
      context.globalAlpha = alpha;
      if (laid.outline) context.clip(this.path(laid.outline)); // bleed is not seen on the product
      if (item.clip) context.clip(this.path(item.clip));
      complete = this.drawItem(context, map, laid, item) && complete;
      context.restore();
    }
    return complete;
  }

  private drawItem(context: CanvasRenderingContext2D, map: DOMMatrix, laid: SurfaceLayout, item: Item): boolean {
    if (item.image) {
      const picture = this.image(item.image.asset, item.image.uri);
      if (!picture) return false;
      const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = item.image.matrixUm.map((value) => value / 1000);
      context.globalAlpha *= (item.opacityPermille ?? 1000) / 1000;
      context.transform(a, b, c, d, x, y);
      context.drawImage(picture, 0, 0, 1, 1);
      return true;
    }
    const path = this.path(item.path ?? "");
    if (!isBlind(item)) {
      context.save();
      paint(context, item, path, reflex(item, laid) ?? item.gradient);
      context.restore();
    }
    this.relief.draw(context, item, path, map, item.clip ? this.path(item.clip) : undefined);
    return true;
  }

  private drawGuides(context: CanvasRenderingContext2D, map: DOMMatrix, laid: SurfaceLayout, scene: Scene): void {
    context.save();
    context.setTransform(map);
    const hairline = (1.5 * devicePixelRatio) / Math.hypot(map.a, map.b);
    context.lineWidth = hairline;
    const active = laid.zones?.find((one) => one.zone === scene.active);
    if (active?.outline) {
      context.setLineDash([hairline * 4, hairline * 3]);
      context.strokeStyle = "rgba(255, 255, 255, 0.7)";
      context.stroke(this.path(active.outline));
      context.lineDashOffset = hairline * 3.5;
      context.strokeStyle = GUIDE;
      context.stroke(this.path(active.outline));
      context.setLineDash([]);
    }
    context.strokeStyle = PROBLEM;
    for (const problem of scene.problems) {
      const where = laid.zones?.find((one) => one.zone === problem.zone);
      if (!where || !problem.box) continue;
      const { leftUm = 0, topUm = 0, rightUm = 0, bottomUm = 0 } = problem.box;
      const left = ((where.xUm ?? 0) + leftUm) / 1000;
      const top = ((where.yUm ?? 0) + topUm) / 1000;
      context.strokeRect(left, top, (rightUm - leftUm) / 1000, (bottomUm - topUm) / 1000);
    }
    context.restore();
  }

  private image(asset: string, uri: string | undefined): HTMLImageElement | undefined {
    return this.pictures.get(asset, this.address(uri ?? ""));
  }

  private path(data: string): Path2D {
    let path = this.paths.get(data);
    if (!path) {
      if (this.paths.size > MOST_PATHS) this.paths.clear();
      path = new Path2D(data);
      this.paths.set(data, path);
    }
    return path;
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

function placesOf({ revision, view }: Scene, scale: number): Placed[] {
  return (view.placements ?? []).flatMap((placement) => {
    const surface = revision.template.surfaces.find((one) => one.id === placement.surface);
    return surface ? [{ map: mapOf(placement, surface, scale), surface: surface.id }] : [];
  });
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
