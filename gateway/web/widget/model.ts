/** The product's 3D model with the design, turned by hand: the server's pictures from twelve sides. */

import { html, nothing } from "lit";
import type { TemplateResult } from "lit";
import { ApiError } from "./api.js";
import type { Api } from "./api.js";
import type { Design, Model, Operation, Preview } from "./messages.js";
import type { GuestSession } from "./session.js";
import { say } from "./words.js";

const STEP = 30; // degrees from side to side
const TURN = 360;
const WIDTH_PX = 640;
const DRAG_PX = 36; // of the pointer for one side
const SETTLE_MS = 350; // without a change before a picture is asked for
const TRIES = 9; // of ten seconds each
const [LEFT, RIGHT] = [-STEP, STEP];
const KEYS: Record<string, number> = { ArrowLeft: LEFT, ArrowDown: LEFT, ArrowRight: RIGHT, ArrowUp: RIGHT, PageUp: 3 * STEP, PageDown: -3 * STEP };

type Kind = "RENDER_KIND_PREVIEW_3D" | "RENDER_KIND_GLB" | "RENDER_KIND_USDZ";

/** Which file a device shows in the room around it; none where it cannot. */
export function kindForRoom(): Kind | undefined {
  if (document.createElement("a").relList.supports?.("ar")) return "RENDER_KIND_USDZ";
  return /android/i.test(navigator.userAgent) ? "RENDER_KIND_GLB" : undefined;
}

/** What opens a GLB in the room on Android; without that app, the file itself is opened. */
export function sceneViewer(file: string): string {
  const scheme = new URL(file).protocol.slice(0, -1);
  return `intent://arvr.google.com/scene-viewer/1.0?file=${encodeURIComponent(file)}&mode=ar_preferred#Intent;scheme=${scheme};`
    + "package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;"
    + `S.browser_fallback_url=${encodeURIComponent(file)};end;`;
}

export class ModelView {
  /** Why there is no picture. */
  failure = "";
  /** Where the file for the room is read, once it is asked for. */
  room = "";

  private model?: Model;
  private design?: Design;
  private side = 0;
  private pictures = new Map<number, HTMLImageElement>();
  private last: HTMLImageElement | undefined;
  private timer = 0;
  private from: { x: number; side: number } | undefined;
  /** Somebody turns it: what lies beside is wanted next. */
  private turned = false;
  /** The design whose file for the room was asked for. */
  private entered?: Design;

  /** changed: there is something new to show. address: of a picture as this page reaches it. */
  constructor(
    private readonly api: Api, private readonly brand: string, private readonly session: GuestSession,
    private readonly address: (uri: string) => string, private readonly changed: () => void,
  ) {}

  /** Follows a design that can be made. The same one again changes nothing. */
  show(model: Model, design: Design): void {
    if (model === this.model && design.zones === this.design?.zones && design.options === this.design.options) return;
    if (model.id !== this.model?.id) [this.side, this.last] = [0, undefined];
    [this.model, this.design] = [model, design];
    this.again();
  }

  /** Asks for everything anew. */
  again = (): void => {
    this.pictures = new Map();
    this.failure = this.room = "";
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(), SETTLE_MS);
  };

  /** Nothing more is asked for. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** Whether the picture is the one of the side and design that are asked for. */
  get current(): boolean {
    return ready(this.pictures.get(this.side));
  }

  /** What is seen; nothing before a design could be made. product: how it is called. */
  render(product: string): TemplateResult | typeof nothing {
    const picture = this.current ? (this.last = this.pictures.get(this.side)) : this.last;
    if (!picture) return this.design ? html`<p class="model wait" role="status">${say("loading")}</p>` : nothing;
    const degrees = this.azimuth;
    return html`<div class="model" role="slider" tabindex="0" aria-label=${say("turnable", { product })} aria-valuemin="0"
      aria-valuemax=${TURN - 1} aria-valuenow=${degrees} aria-valuetext=${say(degrees ? "turned" : "front", { degrees })}
      aria-busy=${this.current ? "false" : "true"} data-side=${this.side} @keydown=${this.key} @pointerdown=${this.grab} @pointermove=${this.drag}
      @pointerup=${this.release} @pointercancel=${this.release}>${picture}${hint(this.turned)}</div>`;
  }

  /** The link into the room; nothing where the device has none. */
  link(): TemplateResult | typeof nothing {
    if (!this.room) return nothing;
    const words = say("room");
    // Safari opens Quick Look only for a link whose first child is a picture.
    return this.room.startsWith("intent:")
      ? html`<a class="room" href=${this.room}>${words}</a>`
      : html`<a class="room" rel="ar" href=${this.room}><img alt=${words} src=${this.last?.src ?? ""} /><span aria-hidden="true">${words}</span></a>`;
  }

  private get azimuth(): number {
    const first = this.model?.cameras?.[0]?.azimuthDegrees ?? (this.model?.cameras?.length ? 0 : 20);
    return (((first + this.side) % TURN) + TURN) % TURN;
  }

  private turn(by: number): void {
    this.side = (this.side + by + TURN) % TURN;
    this.turned = true;
    this.look();
    this.changed();
  }

  /** Asks for the picture of this side, then for those beside it. */
  private look(): void {
    if (!this.design) return;
    void this.load(this.side);
    if (kindForRoom() && this.entered !== this.design) void this.enter(this.design);
  }

  private async load(side: number, beside = true): Promise<void> {
    const { pictures } = this;
    if (pictures.has(side)) return beside && ready(pictures.get(side)) ? this.besides(side) : undefined;
    const picture = new Image();
    picture.alt = "";
    picture.draggable = false;
    pictures.set(side, picture);
    try {
      const azimuthDegrees = Math.round(this.azimuth - this.side + side);
      picture.src = await this.asked("RENDER_KIND_PREVIEW_3D", { azimuthDegrees: azimuthDegrees % TURN, widthPx: WIDTH_PX });
      await picture.decode();
    } catch (error) {
      pictures.delete(side);
      if (pictures === this.pictures && side === this.side) this.failure = error instanceof ApiError ? error.sentence : say("modelGone");
    }
    if (pictures !== this.pictures) return; // of an earlier design
    this.changed();
    if (beside && side === this.side && ready(picture)) this.besides(side);
  }

  private besides(side: number): void {
    if (!this.turned) return;
    for (const by of [RIGHT, LEFT]) void this.load((side + by + TURN) % TURN, false);
  }

  private async enter(design: Design): Promise<void> {
    const kind = kindForRoom()!;
    this.entered = design;
    const uri = await this.asked(kind, {}).catch(() => "");
    if (!uri || design !== this.design) return;
    this.room = kind === "RENDER_KIND_GLB" ? sceneViewer(uri) : uri;
    this.changed();
  }

  private async asked(kind: Kind, more: object): Promise<string> {
    const { design, model } = this;
    await this.session.begin();
    const body = { design, kind, model: model!.id, ...more };
    const { uri, operation, ready } = await this.api.post<Preview>(`/v1/${this.brand}/previews`, body, { once: true });
    if (!ready) await this.made(operation!);
    return this.address(uri);
  }

  /** Waits until a picture or file is made: one that is asked for too early is no picture. */
  private async made(operation: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const { done, error } = await this.api.get<Operation>(`/v1/${operation}:wait`);
      if (error) break;
      if (done) return;
    }
    throw new Error(say("modelGone"));
  }

  private key = (event: KeyboardEvent): void => {
    const by = event.key === "Home" ? -this.side : KEYS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.turn(by);
  };

  private grab = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.from = { x: event.clientX, side: this.side };
  };

  private drag = (event: PointerEvent): void => {
    if (!this.from) return;
    // The product follows the hand: to the right shows more of its left side.
    const side = (((this.from.side - Math.round((event.clientX - this.from.x) / DRAG_PX) * STEP) % TURN) + TURN) % TURN;
    if (side !== this.side) this.turn(side - this.side);
  };

  private release = (): void => {
    this.from = undefined;
  };
}

/** Shows that a hand can turn it, until one did. What is read aloud says so in its label. */
function hint(turned: boolean): TemplateResult {
  return html`<span class="drag ${turned ? "done" : ""}" aria-hidden="true"><svg viewBox="0 0 24 24" width="20" height="20">
    <path d="M2 12h20M7 7l-5 5 5 5M17 7l5 5-5 5" /></svg>${say("drag")}</span>`;
}

function ready(picture: HTMLImageElement | undefined): boolean {
  return Boolean(picture?.complete && picture.naturalWidth);
}
