/**
 * Draws a layout over the product's photo: the outlines of `ComposeDesign`, and nothing of our own.
 *
 * Photo pixels are the canvas's own coordinates, scaled to the canvas; a surface is mapped onto them
 * by the affine map through its three corners, as the server's preview does it.
 */

import type { Item, Layout, Placement, Point, Problem, Revision, Surface, SurfaceLayout, View } from "./api.js";

const GUIDE = "rgba(20, 90, 200, 0.75)";
const PROBLEM = "rgba(190, 20, 30, 0.95)";

export interface Scene {
  revision: Revision;
  view: View;
  layout?: Layout;
  problems: Problem[];
  /** Zone whose edge is shown, because the shopper works on it. */
  active?: string;
}

export class Stage {
  private readonly images = new Map<string, HTMLImageElement>();
  private readonly paths = new Map<string, Path2D>();
  private scene?: Scene;
  private waiting = false;

  constructor(private readonly canvas: HTMLCanvasElement) {}

  /** Draws the scene at the next frame; of several in one frame only the last is drawn. */
  show(scene: Scene): void {
    this.scene = scene;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  private draw(): void {
    const scene = this.scene;
    const context = this.canvas.getContext("2d");
    if (!scene || !context) return;
    const photo = this.image(uriOf(scene.revision, scene.view.photo));
    if (!photo?.naturalWidth) return;
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    const height = Math.round((width * photo.naturalHeight) / photo.naturalWidth);
    if (!width) return;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const scale = width / photo.naturalWidth;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(photo, 0, 0, width, height);
    for (const placement of scene.view.placements ?? []) {
      const surface = scene.revision.template.surfaces.find((one) => one.id === placement.surface);
      const laid = scene.layout?.surfaces?.find((one) => one.surface === placement.surface);
      if (surface && laid) this.drawSurface(context, mapOf(placement, surface, scale), laid, scene);
    }
  }

  private drawSurface(context: CanvasRenderingContext2D, map: DOMMatrix, laid: SurfaceLayout, scene: Scene): void {
    for (const item of laid.items ?? []) {
      context.save();
      context.setTransform(map);
      if (item.clip) context.clip(this.path(item.clip));
      this.drawItem(context, item);
      context.restore();
    }
    context.setTransform(map);
    const hairline = 1.5 * devicePixelRatio / Math.hypot(map.a, map.b);
    const zone = laid.zones?.find((one) => one.zone === scene.active);
    if (zone?.outline) {
      context.lineWidth = hairline;
      context.strokeStyle = GUIDE;
      context.setLineDash([hairline * 4, hairline * 3]);
      context.stroke(this.path(zone.outline));
      context.setLineDash([]);
    }
    for (const problem of scene.problems) {
      const where = laid.zones?.find((one) => one.zone === problem.zone);
      if (!where || !problem.box) continue;
      const { leftUm = 0, topUm = 0, rightUm = 0, bottomUm = 0 } = problem.box;
      context.lineWidth = hairline;
      context.strokeStyle = PROBLEM;
      context.strokeRect(
        ((where.xUm ?? 0) + leftUm) / 1000, ((where.yUm ?? 0) + topUm) / 1000,
        (rightUm - leftUm) / 1000, (bottomUm - topUm) / 1000,
      );
    }
  }

  private drawItem(context: CanvasRenderingContext2D, item: Item): void {
    if (item.image) {
      const picture = this.image(item.image.uri ?? "");
      if (!picture?.naturalWidth) return;
      const [a, b, c, d, x, y] = item.image.matrixUm.map((value) => value / 1000);
      context.transform(a, b, c, d, x, y);
      context.drawImage(picture, 0, 0, 1, 1);
      return;
    }
    const path = this.path(item.path ?? "");
    if (item.lineWidthUm) {
      context.lineWidth = item.lineWidthUm / 1000;
      context.strokeStyle = item.rgbHex ?? "#000000";
      context.stroke(path);
    } else {
      context.fillStyle = item.rgbHex ?? "#000000";
      context.fill(path, item.fillRule ?? "nonzero");
    }
  }

  /** Returns a picture once it has loaded; draws again when it has. Addresses expire, pictures do not. */
  private image(uri: string): HTMLImageElement | undefined {
    if (!uri) return undefined;
    const known = this.images.get(uri);
    if (known) return known.complete ? known : undefined;
    const image = new Image();
    image.onload = () => this.draw();
    image.src = uri;
    this.images.set(uri, image);
    return undefined;
  }

  private path(data: string): Path2D {
    let path = this.paths.get(data);
    if (!path) {
      if (this.paths.size > 400) this.paths.clear();
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
