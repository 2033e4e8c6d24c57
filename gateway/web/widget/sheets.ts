/** Pictures and gradients on a bent place: drawn over its mesh on a canvas of their own, and laid from there. */

import type { Gradient, ImageUse, Item } from "./messages.js";
import { shape, wash } from "./paint.js";
import type { Bent } from "./place.js";
import { Layer } from "./relief.js";

const MOST_PICTURES = 6;
/** Texels a pixel of the canvas, where a picture has so many. */
const FINE = 1.5;

export class Sheets {
  private readonly pictures = new WeakMap<Bent, Map<string, HTMLCanvasElement>>();
  private readonly layer = new Layer();

  /** Lays a picture in pixels of the canvas; one that lies as it lay before is not bent again. */
  picture(context: CanvasRenderingContext2D, place: Bent, { asset, matrixUm }: ImageUse, picture: HTMLImageElement): void {
    let known = this.pictures.get(place);
    if (!known || known.size > MOST_PICTURES) this.pictures.set(place, known = new Map<string, HTMLCanvasElement>());
    const key = `${asset} ${matrixUm.join(" ")}`;
    let bent = known.get(key);
    if (!bent) known.set(key, bent = bentPicture(context.canvas, place, matrixUm, picture));
    context.drawImage(bent, 0, 0);
  }

  /** Lays an item's shape in a gradient. path: in pixels of the canvas. */
  gradient(context: CanvasRenderingContext2D, place: Bent, item: Item, path: Path2D, gradient: Gradient): void {
    const layer = this.layer.of(context.canvas.width, context.canvas.height);
    place.mesh(layer, [-Infinity, -Infinity, Infinity, Infinity], () => wash(layer, gradient));
    layer.globalCompositeOperation = "destination-in";
    shape(layer, item, path, place.unit);
    context.globalAlpha *= (item.opacityPermille ?? 1000) / 1000;
    context.drawImage(layer.canvas, 0, 0);
  }
}

function bentPicture({ width, height }: HTMLCanvasElement, place: Bent, matrixUm: number[], picture: HTMLImageElement): HTMLCanvasElement {
  const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = matrixUm.map((value) => value / 1000);
  const texture = shrunk(picture, Math.hypot(a, b) * place.finest * FINE, Math.hypot(c, d) * place.finest * FINE);
  const layer = new Layer().of(width, height);
  layer.imageSmoothingQuality = "high";
  const [across, down] = [[x, x + a, x + c, x + a + c], [y, y + b, y + d, y + b + d]];
  place.mesh(layer, [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)], () => {
    layer.transform(a, b, c, d, x, y);
    layer.drawImage(texture, 0, 0, 1, 1);
  });
  return layer.canvas;
}

/** A picture as large as it is shown: cells do not shrink well. */
function shrunk(picture: HTMLImageElement, widthPx: number, heightPx: number): CanvasImageSource {
  const [width, height] = [Math.ceil(widthPx), Math.ceil(heightPx)];
  if (width >= picture.naturalWidth || height >= picture.naturalHeight) return picture;
  const context = new Layer().of(width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return context.canvas;
}
