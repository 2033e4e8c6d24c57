/** A product on the shop's first page: a link with a live picture of what the visitor types. */

import { Api, brandOf, money } from "../widget/api.js";
import { Composer } from "../widget/composer.js";
import type { Design, Revision, Zone, ZoneValue } from "../widget/messages.js";
import { offered } from "../widget/options.js";
import { Pictures } from "../widget/pictures.js";
import { Stage } from "../widget/stage.js";
import { say } from "./words.js";

export class Card {
  /** What stands there until something is typed. */
  text = "";
  readonly element = document.createElement("a");
  private readonly canvas = document.createElement("canvas");
  private readonly stage: Stage;
  private readonly composer: Composer;
  private readonly zone: Zone | undefined;

  constructor(private readonly revision: Revision, private readonly product: string, brand: string, api: Api) {
    const pictures = new Pictures(() => this.stage.again(), () => undefined, () => undefined);
    this.stage = new Stage(this.canvas, pictures, (uri) => api.picture(uri));
    this.composer = new Composer(api, brandOf(product), () => this.draw());
    this.zone = revision.template.zones.find((zone) => zone.text);
    this.canvas.setAttribute("role", "img");
    const title = document.createElement("strong");
    title.textContent = revision.displayName;
    const about = document.createElement("span");
    about.textContent = `${say("by", { brand })} · ${money(revision.price, navigator.language)}`;
    this.element.className = "card";
    this.element.append(this.canvas, title, about);
    new ResizeObserver(() => this.stage.again()).observe(this.canvas);
    this.draw();
  }

  /** Shows a text on the product; without one the product's own sample. */
  show(typed: string): void {
    const text = typed || this.text;
    const zones: Record<string, ZoneValue> = this.zone ? { [this.zone.id]: { text: { text } } } : {};
    const design: Design = { productRevision: this.revision.name, zones, options: {} };
    const query = new URLSearchParams({ product: this.product, ...(typed && { design: JSON.stringify(zones) }) });
    this.element.href = `/?${query}`;
    this.canvas.setAttribute("aria-label", say("pictureOf", { product: this.revision.displayName, text }));
    void this.composer.compose(design);
  }

  private draw(): void {
    const { revision } = this;
    const view = offered(revision.template, {})[0];
    if (view) this.stage.show({ revision, view, layout: this.composer.composed?.layout, problems: [] });
  }
}
