/**
 * <luneo-product product="brands/acme/products/tag" key="lpk_…"></luneo-product>
 *
 * The one script that a shop includes. It shows the product and a button; the editor is fetched when
 * somebody wants to personalise. Attributes: `api` (origin of the server, by default that of this
 * script), `design` (what the zones hold at first, as JSON), `options` (what is chosen at first, as
 * JSON), `open` (fetch the editor at once), `trace` (have the traces of its calls recorded in any case).
 */

import type { Revision } from "./messages.js";
import { traceparent } from "./trace.js";
import { say } from "./words.js";

declare const EDITOR: string;

const HERE = import.meta.url;
const HANDED_ON = ["product", "key", "design", "options", "trace"];

const BLOCK = new CSSStyleSheet();
BLOCK.replaceSync(":host { display: block }");

class LuneoProduct extends HTMLElement {
  static observedAttributes = ["product", "key", "api"];
  private started = "";
  private tries = 0;

  connectedCallback(): void {
    this.start();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.start();
  }

  private get api(): string {
    return (this.getAttribute("api") || new URL(HERE).origin).replace(/\/+$/, "");
  }

  private start(): void {
    const wanted = ["product", "key", "api"].map((name) => this.getAttribute(name)).join(" ");
    if (wanted === this.started || !this.getAttribute("product")) return;
    this.started = wanted;
    void (this.hasAttribute("open") ? this.edit() : this.show());
  }

  private async show(): Promise<void> {
    const response = await fetch(`${this.api}/v1/${this.getAttribute("product")}:published`, {
      headers: { "x-api-key": this.getAttribute("key") ?? "", traceparent: traceparent(this.hasAttribute("trace")) },
    }).catch(() => undefined);
    const button = document.createElement("button");
    button.type = "button";
    button.style.cssText = "display:block;width:100%;padding:0;border:0;background:none;color:inherit;font:inherit;cursor:pointer";
    if (response?.ok) {
      const product: Revision = await response.json();
      const picture = this.picture(product);
      if (!picture) return this.edit(); // no photo: the editor has its model
      button.append(picture, say("personalise", { product: product.displayName }));
      button.onclick = () => void this.edit();
    } else {
      button.textContent = say("unshown");
      button.onclick = () => void this.show();
    }
    this.put(button);
  }

  private picture({ template, assets }: Revision): HTMLImageElement | undefined {
    const picked: Record<string, string> = JSON.parse(this.getAttribute("options") || "{}");
    const holds = ([id, choice]: [string, string]) => {
      const choices = template.options?.find((option) => option.id === id)?.choices;
      return (choices?.find((one) => one.id === picked[id]) ?? choices?.[0])?.id === choice;
    };
    const view = template.views?.find(({ shownFor }) => Object.entries(shownFor ?? {}).every(holds));
    const photo = assets?.find((asset) => asset.asset === view?.photo);
    if (!photo) return undefined;
    const picture = new Image(photo.widthPx, photo.heightPx);
    picture.alt = "";
    picture.style.cssText = "display:block;width:100%;height:auto;border-radius:12px";
    const uri = photo.uri ?? "";
    picture.src = uri.replace(/^https?:\/\/[^/]+(?=\/v1\/objects\/)/, this.api);
    return picture;
  }

  private async edit(): Promise<void> {
    try {
      const again = this.tries++ ? `#${this.tries}` : ""; // what failed once is not asked for again under its name
      await import(new URL(EDITOR + again, HERE).href);
    } catch {
      return this.unavailable();
    }
    const editor = document.createElement("luneo-editor");
    for (const name of HANDED_ON) if (this.hasAttribute(name)) editor.setAttribute(name, this.getAttribute(name)!);
    editor.setAttribute("api", this.api);
    const next = document.createElement("slot");
    next.name = next.slot = "kept"; // what the shop wants to follow a kept design
    editor.append(next);
    this.put(editor);
  }

  private unavailable(): void {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say("unshown");
    button.onclick = () => void this.edit();
    this.put(button);
  }

  private put(content: HTMLElement): void {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [BLOCK];
    root.replaceChildren(content);
  }
}

if (!customElements.get("luneo-product")) customElements.define("luneo-product", LuneoProduct);
