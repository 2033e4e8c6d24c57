/**
 * The shopper's cursor in the picture: where it stands in a layout, and the mark that shows it.
 *
 * The mark lies over the canvas and is moved alone: neither a cursor's step nor its blinking draws anything anew.
 */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Box, Cluster, FittedText } from "./messages.js";

/** A place in the text that a zone's field holds, in UTF-16 units. */
export interface Cursor { zone: string; text: string; offset: number }
/** Foot and head of a cursor, micrometres of its zone. */
export type Line = [number, number, number, number];

const MOVES = ["input", "focusin", "focusout"];
const BACKWARD = "backward";

/** Follows the cursor in the fields `input-<zone>` of a host. */
export class CaretWatch implements ReactiveController {
  private listens = false;

  /** moved: takes where the cursor stands, undefined where no such field has the focus. */
  constructor(private readonly host: ReactiveControllerHost & { renderRoot: ParentNode }, private readonly moved: (cursor: Cursor | undefined) => void) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("selectionchange", this.look, true); // browsers differ in whether a field or the document tells
  }

  hostDisconnected(): void {
    document.removeEventListener("selectionchange", this.look, true);
  }

  hostUpdated(): void {
    if (!this.listens) for (const move of [...MOVES, "selectionchange"]) this.host.renderRoot.addEventListener(move, this.look);
    this.listens = true;
    this.look();
  }

  private look = (): void => {
    if (this.host.renderRoot) this.moved(cursorIn(this.host.renderRoot as ShadowRoot));
  };
}

function cursorIn(root: ShadowRoot): Cursor | undefined {
  const field = root.activeElement;
  if (!isTyped(field) || !field.id.startsWith("input-")) return undefined;
  const offset = field.selectionDirection === BACKWARD ? field.selectionStart : field.selectionEnd; // null: of a field without text
  return offset === null ? undefined : { zone: field.id.slice("input-".length), text: field.value, offset };
}

function isTyped(field: Element | null): field is HTMLInputElement | HTMLTextAreaElement {
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
}

/** Where a cursor stands in a zone's text; undefined where the text is another, or nothing of it was laid out. */
export function lineOf(text: FittedText | undefined, cursor: Cursor): Line | undefined {
  const made = text?.textAsMade ?? "";
  const clusters = text?.clusters ?? [];
  const offset = placeIn(made, cursor);
  if (offset === undefined) return undefined;
  const next = clusters.find((cluster) => (cluster.endUtf16 ?? 0) > offset);
  if (next) return leading(next);
  const last = clusters.at(-1);
  return last && trailing(last);
}

/** Every place between letters of a text as made, and where a cursor would stand there. */
export function stopsOf(text: FittedText | undefined): [number, Line][] {
  return (text?.clusters ?? []).flatMap((cluster): [number, Line | undefined][] => [
    [cluster.startUtf16 ?? 0, leading(cluster)], [cluster.endUtf16 ?? 0, trailing(cluster)],
  ]).filter((stop): stop is [number, Line] => !!stop[1]);
}

/** Goes to a field, with the cursor at a place of its text as made; where there is none, or the text is another, it stays. */
export function focusAt(field: HTMLElement | null, made = "", place = -1): void {
  field?.focus();
  if (place < 0 || !isTyped(field)) return;
  for (let offset = field.value.length; offset >= 0; offset--) {
    const there = placeIn(made, { zone: "", text: field.value, offset });
    if (there !== undefined && there <= place) return field.setSelectionRange(offset, offset);
  }
}

/** The place in the text as made: composed characters are fewer, and spaces at the end are not there. */
function placeIn(made: string, { text, offset }: Cursor): number | undefined {
  const whole = text.normalize("NFC");
  const before = text.slice(0, offset).normalize("NFC");
  if (made !== whole && made !== whole.trim()) return undefined;
  const left = made === whole ? 0 : whole.length - whole.trimStart().length;
  return Math.min(Math.max(before.length - left, 0), made.length);
}

function leading({ caret, box, level = 0 }: Cluster): Line | undefined {
  if (caret) return [caret.footXUm ?? 0, caret.footYUm ?? 0, caret.headXUm ?? 0, caret.headYUm ?? 0];
  return box && edge(box, level % 2 === 1);
}

/** The other side of the last cluster; of one that stands along a line, as far behind its middle as its caret is before it. */
function trailing(cluster: Cluster): Line | undefined {
  const { caret, box, level = 0 } = cluster;
  if (!box || !caret) return box && edge(box, level % 2 === 0);
  const [footX, footY, headX, headY] = leading(cluster)!;
  const { leftUm = 0, topUm = 0, rightUm = 0, bottomUm = 0 } = box;
  const [upX, upY] = [headX - footX, headY - footY];
  const square = upX * upX + upY * upY || 1;
  const [x, y] = [(leftUm + rightUm - footX - headX) / 2, (topUm + bottomUm - footY - headY) / 2];
  const along = (2 * (x * upX + y * upY)) / square;
  const [byX, byY] = [2 * x - along * upX, 2 * y - along * upY];
  return [footX + byX, footY + byY, headX + byX, headY + byY];
}

function edge({ leftUm = 0, topUm = 0, rightUm = 0, bottomUm = 0 }: Box, right: boolean): Line {
  const x = right ? rightUm : leftUm;
  return [x, bottomUm, x, topUm];
}

/** Puts the mark from a foot to a head, CSS pixels of what it lies over; takes it away where there is none. */
export function mark(element: HTMLElement, line: Line | undefined): void {
  element.hidden = !line;
  if (!line) return;
  const [footX, footY, headX, headY] = line;
  const [x, y] = [headX - footX, headY - footY];
  const to = `translate(${footX.toFixed(2)}px, ${footY.toFixed(2)}px) rotate(${Math.atan2(x, -y).toFixed(4)}rad)`;
  const height = `${Math.hypot(x, y).toFixed(2)}px`;
  if (element.style.transform === to && element.style.height === height) return;
  Object.assign(element.style, { transform: to, height });
  for (const blinking of element.getAnimations()) blinking.currentTime = 0; // seen at once where it went
}
