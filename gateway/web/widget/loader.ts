/**
 * <luneo-product product="brands/acme/products/tag" key="lpk_…"></luneo-product>
 *
 * The one script that a shop includes. It shows the product and a button; the editor is fetched when
 * somebody wants to personalise. Attributes: `api` (origin of the server, by default that of this
 * script), `open` (fetch the editor at once).
 */

declare const EDITOR: string;

const ORIGIN = new URL(import.meta.url).origin;
const HERE = import.meta.url;

interface Published {
  displayName: string;
  template: { views?: { photo: string }[] };
  assets?: { asset: string; uri?: string }[];
}

class LuneoProduct extends HTMLElement {
  static observedAttributes = ["product", "key"];
  private started = "";

  connectedCallback(): void {
    this.start();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.start();
  }

  private get api(): string {
    return this.getAttribute("api") ?? ORIGIN;
  }

  private start(): void {
    const wanted = `${this.getAttribute("product")} ${this.getAttribute("key")}`;
    if (wanted === this.started || !this.getAttribute("product")) return;
    this.started = wanted;
    if (this.hasAttribute("open")) void this.edit();
    else void this.show();
  }

  private async show(): Promise<void> {
    const response = await fetch(`${this.api}/v1/${this.getAttribute("product")}:published`, {
      headers: { "x-api-key": this.getAttribute("key") ?? "" },
    }).catch(() => undefined);
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const button = document.createElement("button");
    button.type = "button";
    button.style.cssText = "display:block;width:100%;padding:0;border:0;background:none;font:inherit;cursor:pointer";
    button.onclick = () => void this.edit();
    if (response?.ok) {
      const product: Published = await response.json();
      const photo = product.template.views?.[0]?.photo;
      const picture = new Image();
      picture.alt = product.displayName;
      picture.style.cssText = "display:block;width:100%;border-radius:12px";
      picture.src = product.assets?.find((asset) => asset.asset === photo)?.uri ?? "";
      button.append(picture, `Personalise: ${product.displayName}`);
    } else {
      button.textContent = "This product cannot be shown at the moment. Try again";
      button.onclick = () => void this.show();
    }
    root.replaceChildren(button);
  }

  private async edit(): Promise<void> {
    await import(new URL(EDITOR, HERE).href);
    const editor = document.createElement("luneo-editor");
    for (const name of ["product", "key"]) editor.setAttribute(name, this.getAttribute(name) ?? "");
    editor.setAttribute("api", this.api);
    (this.shadowRoot ?? this.attachShadow({ mode: "open" })).replaceChildren(editor);
  }
}

if (!customElements.get("luneo-product")) customElements.define("luneo-product", LuneoProduct);
