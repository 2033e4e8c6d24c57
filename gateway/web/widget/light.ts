/**
 * What lies between a design and the eye on a photo, as `render_core/mockup/lay.py` has it: a mask hides, shading
 * darkens, highlights shine. A canvas mixes bytes where the server mixes light, which is seen at soft edges only.
 */

import { greysOf } from "./folds.js";
import type { Item, View } from "./messages.js";
import type { Pictures } from "./pictures.js";
import { Layer } from "./relief.js";

/** How much of the highlights is seen on what a technique makes; the dullest of a surface counts. */
const GLOSS: Record<string, number> = { engrave: 0.35, stitch: 0.45 };

const MOST_PIECES = 4;

export class Light {
  private readonly design = new Layer();
  private readonly part = new Layer();
  private readonly mask = new Layer();
  private readonly pieces = new Map<string, HTMLCanvasElement>();
  private maskOf = "";

  constructor(private readonly pictures: Pictures) {}

  /** Lays what is drawn on a canvas of its own, lit. uri: of an asset. Returns whether all is there for it. */
  lay(
    context: CanvasRenderingContext2D, light: NonNullable<View["light"]>, uri: (asset: string) => string, items: Item[],
    draw: (design: CanvasRenderingContext2D) => boolean,
  ): boolean {
    const { width, height } = context.canvas;
    const design = this.design.of(width, height);
    design.imageSmoothingQuality = "high";
    let complete = draw(design);
    if (light.mask) complete = this.hide(design, light.mask, uri(light.mask)) && complete;
    context.drawImage(design.canvas, 0, 0);
    const gloss = Math.min(1, ...items.map(({ operation = "" }) => GLOSS[operation] ?? 1));
    for (const [asset, mode, share] of [[light.shading, "multiply", 1], [light.highlights, "screen", gloss]] as const) {
      if (!asset) continue;
      const picture = this.pictures.get(asset, uri(asset));
      complete &&= !!picture;
      if (!picture) continue;
      const part = this.part.of(width, height);
      part.drawImage(this.scaled(asset, picture, width, height), 0, 0);
      part.globalCompositeOperation = "destination-in";
      part.drawImage(design.canvas, 0, 0);
      context.save();
      context.globalCompositeOperation = mode;
      context.globalAlpha = share;
      context.drawImage(part.canvas, 0, 0);
      context.restore();
    }
    return complete;
  }

  /** A picture at the canvas's size: scaled once, not for every key. */
  private scaled(asset: string, picture: HTMLImageElement, width: number, height: number): HTMLCanvasElement {
    const key = `${asset} ${width} ${height}`;
    let found = this.pieces.get(key);
    if (!found) {
      if (this.pieces.size >= MOST_PIECES) this.pieces.clear();
      const context = new Layer().of(width, height);
      context.imageSmoothingQuality = "high";
      context.drawImage(picture, 0, 0, width, height);
      this.pieces.set(key, found = context.canvas);
    }
    return found;
  }

  /** Takes away what stands behind a part of the photo. */
  private hide(design: CanvasRenderingContext2D, asset: string, uri: string): boolean {
    const picture = this.pictures.readable(asset, uri);
    if (!picture) return picture === null;
    const { width, height } = design.canvas;
    const key = `${asset} ${width} ${height}`;
    if (this.maskOf !== key) {
      const seen = new ImageData(width, height);
      greysOf(picture, width, height).forEach((grey, i) => { seen.data[4 * i + 3] = Math.round(grey); });
      this.mask.of(width, height).putImageData(seen, 0, 0);
      this.maskOf = key;
    }
    design.save();
    design.resetTransform();
    design.globalCompositeOperation = "destination-in";
    design.drawImage(this.mask.canvas, 0, 0);
    design.restore();
    return true;
  }
}
