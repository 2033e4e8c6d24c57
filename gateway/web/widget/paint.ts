/** Colours of a layout on a canvas: one ink, or colours that run into each other. In millimetres of the surface. */

import type { Gradient, Item } from "./messages.js";

/** How thick cuts and creases are shown, as the server's pictures show them. */
const SHOWN_LINE_UM = 200;
const MOST_FOCUS = 0.998;
const ALL = 1e6;

/** Draws an item's outline in its ink or gradient, by the canvas's transform. unit: a millimetre of it. */
export function paint(context: CanvasRenderingContext2D, item: Item, path: Path2D, gradient = item.gradient, unit = 1): void {
  const width = lineWidth(item) * unit;
  context.globalAlpha *= (item.opacityPermille ?? 1000) / 1000;
  if (gradient?.axesUm?.length === 4 && !width) {
    context.clip(path, item.fillRule ?? "nonzero");
    return fillEllipse(context, gradient);
  }
  const colour = gradient ? colours(context, gradient) : item.rgbHex ?? "#000000";
  context.fillStyle = context.strokeStyle = colour;
  shape(context, item, path, unit);
}

/** Draws an item's outline in the style that is set: filled, or along its line. unit: a millimetre of it. */
export function shape(context: CanvasRenderingContext2D, item: Item, path: Path2D, unit = 1): void {
  const width = lineWidth(item) * unit;
  if (!width) return context.fill(path, item.fillRule ?? "nonzero");
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.stroke(path);
}

/** Fills all that is not clipped with a gradient, in millimetres. */
export function wash(context: CanvasRenderingContext2D, gradient: Gradient): void {
  if (gradient.axesUm?.length === 4) return fillEllipse(context, gradient);
  context.fillStyle = colours(context, gradient);
  context.fillRect(-ALL, -ALL, 2 * ALL, 2 * ALL);
}

/** The width of an item's line in millimetres, 0 for an area. */
function lineWidth({ lineWidthUm, operation }: Item): number {
  const shown = operation === "cut" || operation === "crease" ? SHOWN_LINE_UM : 0;
  return (lineWidthUm || shown) / 1000;
}

function colours(context: CanvasRenderingContext2D, gradient: Gradient): CanvasGradient | string {
  const [x0, y0, x1, y1, radius] = [gradient.startXUm, gradient.startYUm, gradient.endXUm, gradient.endYUm, gradient.radiusUm]
    .map((um) => (um ?? 0) / 1000) as [number, number, number, number, number];
  const radial = gradient.kind === "radial";
  if (radial ? !radius : x0 === x1 && y0 === y1) return colour(gradient.colours.at(-1)!); // a canvas would draw nothing
  if (!radial) return stopped(context.createLinearGradient(x0, y0, x1, y1), gradient);
  const [u, v] = inside((x0 - x1) / radius, (y0 - y1) / radius);
  return stopped(context.createRadialGradient(x1 + u * radius, y1 + v * radius, 0, x1, y1, radius), gradient);
}

/** Fills all that is not clipped with a radial gradient whose circle was turned and squeezed: the canvas's own are round. */
function fillEllipse(context: CanvasRenderingContext2D, gradient: Gradient): void {
  const [ax, ay, bx, by] = gradient.axesUm!.map((um) => um / 1000) as [number, number, number, number];
  const [x, y] = [(gradient.endXUm ?? 0) / 1000, (gradient.endYUm ?? 0) / 1000];
  const unit = new DOMMatrix([ax, ay, bx, by, x, y]);
  const focus = unit.inverse().transformPoint({ x: (gradient.startXUm ?? 0) / 1000, y: (gradient.startYUm ?? 0) / 1000 });
  const [u, v] = inside(focus.x, focus.y);
  context.transform(ax, ay, bx, by, x, y);
  context.fillStyle = stopped(context.createRadialGradient(u, v, 0, 0, 0, 1), gradient);
  context.fillRect(-ALL, -ALL, 2 * ALL, 2 * ALL);
}

/** A focus in the unit circle; one on its rim or beyond is moved back. */
function inside(u: number, v: number): [number, number] {
  const shorter = Math.min(1, MOST_FOCUS / (Math.hypot(u, v) || 1));
  return [u * shorter, v * shorter];
}

function stopped(gradient: CanvasGradient, { colours: stops }: Gradient): CanvasGradient {
  for (const stop of stops) gradient.addColorStop((stop.offsetPermille ?? 0) / 1000, colour(stop));
  return gradient;
}

function colour({ rgbHex, opacityPermille = 1000 }: Gradient["colours"][number]): string {
  return rgbHex + Math.round((opacityPermille * 255) / 1000).toString(16).padStart(2, "0");
}
