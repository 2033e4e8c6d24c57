/**
 * Light and shade of what is engraved, pressed or foiled, as the server's pictures have it
 * (`render_core/raster/finish.py`): made of the item's own shape, moved along the light and blurred.
 */

import type { Gradient, Item, SurfaceLayout } from "./messages.js";
import { shape } from "./paint.js";
import type { Place } from "./place.js";

const MOST_DEPTH_PX = 48;
const DIAGONAL = Math.SQRT1_2;

/** Strengths in 1/255 of black and white inside of a shape, at its edges and on its ground. */
interface Light { depthUm: number; inShade: number; inShine: number; rimShade: number; rimShine: number; ground?: number; raised?: boolean }

const LIGHTS: Record<string, Light> = {
  engraved: { depthUm: 200, inShade: 150, inShine: 46, rimShade: 26, rimShine: 110 },
  debossed: { depthUm: 300, inShade: 120, inShine: 40, rimShade: 30, rimShine: 105, ground: 22 },
  embossed: { depthUm: 300, inShade: 90, inShine: 115, rimShade: 95, rimShine: 0, raised: true },
  foil: { depthUm: 60, inShade: 60, inShine: 70, rimShade: 30, rimShine: 45 },
};

/** Whether an item is seen by its relief alone: pressed material carries no ink. */
export function isBlind({ operation, finish }: Item): boolean {
  return operation === "emboss" && (finish === "embossed" || finish === "debossed");
}

/** The colours of foil on a surface: its ink, with bands of a light sky in it. */
export function reflex({ finish, rgbHex = "#000000" }: Item, { widthUm, heightUm }: SurfaceLayout): Gradient | undefined {
  if (finish !== "foil") return undefined;
  const [dark, bright, white] = [mixed(rgbHex, 0, 390), mixed(rgbHex, 255, 480), mixed(rgbHex, 255, 820)];
  const bands: [number, string][] = [
    [0, dark], [90, rgbHex], [170, bright], [215, white], [260, bright], [370, rgbHex], [470, dark],
    [560, rgbHex], [640, bright], [670, white], [710, bright], [800, rgbHex], [900, dark], [1000, rgbHex],
  ];
  return { kind: "linear", endXUm: widthUm, endYUm: Math.floor(heightUm / 3), colours: bands.map(([offsetPermille, hex]) => ({ offsetPermille, rgbHex: hex })) };
}

function mixed(rgbHex: string, towards: number, permille: number): string {
  const bands = [1, 3, 5].map((at) => parseInt(rgbHex.slice(at, at + 2), 16));
  return "#" + bands.map((band) => Math.floor((band * (1000 - permille) + towards * permille + 500) / 1000).toString(16).padStart(2, "0")).join("");
}

/** Lays light and shade over items on one canvas. */
export class Relief {
  private readonly mask = new Layer();
  private readonly soft = new Layer();
  private readonly lit = new Layer();

  /** path and clip: of the item, as the place has them. */
  draw(target: CanvasRenderingContext2D, item: Item, path: Path2D, place: Place, clip: Path2D | undefined): void {
    const light = LIGHTS[item.finish ?? ""];
    if (!light) return;
    const { width, height } = target.canvas;
    const depth = Math.min((item.depthUm || light.depthUm) * (place.pxPerMm / 1000), MOST_DEPTH_PX);
    const mask = this.mask.of(width, height);
    mask.setTransform(place.transform);
    if (clip) mask.clip(clip);
    shape(mask, item, path, place.unit);
    this.blur(Math.round(depth / 2), width, height);
    this.lay(target, light, depth);
  }

  /** Two box filters of the server's radius spread as far as a shadow of this blur. */
  private blur(radius: number, width: number, height: number): void {
    const soft = this.soft.of(width, height);
    if (radius >= 1) {
      const sigma = Math.sqrt(((2 * radius + 1) ** 2 - 1) / 6);
      soft.shadowColor = "#000";
      soft.shadowBlur = 2 * sigma;
      soft.shadowOffsetX = width; // the shape itself stays outside
      soft.drawImage(this.mask.canvas, -width, 0);
    } else soft.drawImage(this.mask.canvas, 0, 0);
  }

  private lay(target: CanvasRenderingContext2D, light: Light, depth: number): void {
    const { mask: { canvas: mask }, soft: { canvas: soft } } = this;
    const sign = light.raised ? -1 : 1;
    const way = Math.max(depth, 0.5) * DIAGONAL;
    const edge = Math.max(Math.min(depth / 2, 2), 0.5) * DIAGONAL;
    const [dark, bright] = light.raised ? [[soft, way], [mask, -edge]] as const : [[mask, -edge], [mask, edge]] as const;
    this.part(target, mask, soft, sign * way, "#000", light.inShade);
    this.part(target, dark[0], mask, 0, "#000", light.rimShade, dark[1]);
    if (light.ground) this.part(target, mask, undefined, 0, "#000", light.ground);
    this.part(target, mask, soft, -sign * way, "#fff", light.inShine);
    this.part(target, bright[0], mask, 0, "#fff", light.rimShine, bright[1]);
  }

  /** Lays one colour where a picture is and another, each moved along the light, is not. */
  private part(
    target: CanvasRenderingContext2D, picture: HTMLCanvasElement, without: HTMLCanvasElement | undefined, by: number,
    colour: string, strength: number, pictureBy = 0,
  ): void {
    if (!strength) return;
    const lit = this.lit.of(target.canvas.width, target.canvas.height);
    lit.drawImage(picture, pictureBy, pictureBy);
    lit.globalCompositeOperation = "destination-out";
    if (without) lit.drawImage(without, by, by);
    lit.globalCompositeOperation = "source-in";
    lit.fillStyle = colour;
    lit.fillRect(0, 0, lit.canvas.width, lit.canvas.height);
    target.save();
    target.resetTransform();
    target.globalAlpha *= strength / 255;
    target.drawImage(this.lit.canvas, 0, 0);
    target.restore();
  }
}

/** A canvas that nobody sees. */
export class Layer {
  readonly canvas = document.createElement("canvas");

  /** Returns the context of an empty canvas of some size. */
  of(width: number, height: number): CanvasRenderingContext2D {
    Object.assign(this.canvas, { width, height }); // also clears it and forgets every setting
    return this.canvas.getContext("2d")!;
  }
}
