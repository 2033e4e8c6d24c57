/** One call made from the page, with credentials that stay in this tab. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { type Api, type Call, JSON_TYPE, type Parameter, resolved } from "./document.js";
import { WORDS } from "./words.js";

const CREDENTIALS = [["key", "x-api-key"], ["session", "luneo-session"], ["token", "authorization"]] as const;
const SHOWN = ["content-type", "etag", "ratelimit", "retry-after", "x-correlation-id"];
const MAX_SHOWN = 200_000;

interface Outcome { status: string; good: boolean; headers: [string, string][]; text: string; picture?: string; file?: string }

export class LuneoAttempt extends LitElement {
  static override properties = { call: { attribute: false }, api: { attribute: false }, outcome: { state: true }, sending: { state: true }, sample: { state: true } };
  declare call: Call;
  declare api: Api;
  declare outcome: Outcome | undefined;
  declare sending: AbortController | undefined;
  declare sample: string;

  constructor() {
    super();
    this.sample = "";
    void this.look();
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sending?.abort();
  }

  private async look(): Promise<void> {
    const response = await fetch("/samples.json").catch(() => undefined);
    if (response?.ok) this.sample = (await response.json()).brands?.[0]?.key ?? "";
  }

  private get parameters(): Parameter[] {
    return this.call.operation.parameters.map((one) => resolved(this.api, one));
  }

  private get example(): unknown {
    return this.call.operation.requestBody?.content[JSON_TYPE]?.example;
  }

  protected override render(): TemplateResult {
    const takesBody = Boolean(this.call.operation.requestBody);
    return html`<form @submit=${this.submit}>
      ${this.credentials()}
      ${this.parameters.map((one) => html`<label class="given"><span>${one.name}${one.required ? html` <em class="must">${WORDS.required}</em>` : nothing}</span>
        <input name=${`${one.in}:${one.name}`} .value=${String(one.example ?? "")} ?required=${one.required} autocomplete="off" spellcheck="false"></label>`)}
      ${takesBody ? html`<label class="given"><span>${WORDS.body}</span>
        <textarea name="body" spellcheck="false" rows=${Math.min(18, JSON.stringify(this.example, null, 2)?.split("\n").length ?? 4)} .value=${JSON.stringify(this.example ?? {}, null, 2)}></textarea></label>` : nothing}
      ${this.call.operation["x-safe"] ? nothing : html`<p class="quiet">${WORDS.attempted}</p>`}
      <button type="submit" class="send">${this.sending ? WORDS.sending : WORDS.send}</button>
      ${this.sending ? html`<button type="button" class="plain" @click=${() => this.sending?.abort()}>${WORDS.cancel}</button>` : nothing}
    </form>
    <div aria-live="polite">${this.outcome ? this.shown(this.outcome) : nothing}</div>`;
  }

  private credentials(): TemplateResult | typeof nothing {
    if (this.call.operation.security && !this.call.operation.security.length) return nothing;
    const keep = (name: string) => (event: Event) => sessionStorage.setItem(`luneo-reference:${name}`, (event.target as HTMLInputElement).value.trim());
    const use = () => {
      sessionStorage.setItem("luneo-reference:key", this.sample);
      this.requestUpdate();
    };
    return html`<fieldset><legend>${WORDS.credentials}</legend>
      ${CREDENTIALS.map(([name]) => html`<label class="given"><span>${WORDS[name]}</span>
        <input type="password" autocomplete="off" .value=${stored(name)} @change=${keep(name)}></label>`)}
      <p class="quiet">${WORDS.keptHere}</p>
      ${this.sample && !stored("key") ? html`<button type="button" class="plain" @click=${use}>${WORDS.sample}</button>` : nothing}
    </fieldset>`;
  }

  private shown(outcome: Outcome): TemplateResult {
    return html`<p class=${outcome.good ? "status good" : "status bad"}>${outcome.status}</p>
      ${outcome.headers.length ? html`<pre class="heads">${outcome.headers.map(([name, value]) => `${name}: ${value}\n`)}</pre>` : nothing}
      ${outcome.picture ? html`<img src=${outcome.picture} alt="">` : nothing}
      ${outcome.file ? html`<p><a href=${outcome.file} download>${WORDS.download}</a></p>` : nothing}
      ${outcome.text ? html`<pre tabindex="0">${outcome.text}</pre>` : nothing}`;
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.sending?.abort();
    const sending = (this.sending = new AbortController());
    this.outcome = undefined;
    try {
      const { address, init } = this.request(new FormData(event.target as HTMLFormElement));
      await this.receive(await fetch(address, { ...init, signal: sending.signal }));
    } catch (error) {
      if (!sending.signal.aborted) this.outcome = { status: WORDS.offline, good: false, headers: [], text: String(error) };
    }
    if (this.sending === sending) this.sending = undefined;
  }

  private request(given: FormData): { address: string; init: RequestInit } {
    let path = this.call.path;
    const query = new URLSearchParams();
    const headers = new Headers();
    for (const [name, header] of CREDENTIALS) {
      const value = stored(name);
      if (value && this.call.operation.security?.length !== 0) headers.set(header, name === "token" ? `Bearer ${value}` : value);
    }
    for (const one of this.parameters) {
      const value = String(given.get(`${one.in}:${one.name}`) ?? "");
      if (one.in === "path") path = path.replace(`{${one.name}}`, encodeURIComponent(value));
      else if (value && one.in === "query") query.append(one.name, value);
      else if (value) headers.set(one.name, value);
    }
    const body = given.get("body");
    if (body !== null) headers.set("content-type", JSON_TYPE);
    const address = query.size ? `${path}?${query}` : path;
    return { address, init: { method: this.call.method, headers, ...(body === null ? {} : { body: String(body) }) } };
  }

  private async receive(response: Response): Promise<void> {
    const type = response.headers.get("content-type") ?? "";
    const outcome: Outcome = {
      status: `${response.status} ${response.statusText}`.trim(), good: response.ok,
      headers: SHOWN.flatMap((name) => (response.headers.get(name) ? [[name, response.headers.get(name)!] as [string, string]] : [])), text: "",
    };
    if (type.includes("ndjson") && response.body) {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.outcome = { ...(this.outcome ?? outcome), text: (this.outcome?.text ?? "") + part.value };
      }
      return;
    }
    if (type.includes("json")) outcome.text = pretty(await response.text());
    else if (type.startsWith("image/")) outcome.picture = URL.createObjectURL(await response.blob());
    else outcome.file = URL.createObjectURL(await response.blob());
    this.outcome = outcome;
  }
}

function stored(name: string): string {
  return sessionStorage.getItem(`luneo-reference:${name}`) ?? "";
}

function pretty(text: string): string {
  const shown = JSON.stringify(JSON.parse(text), null, 2);
  return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}\n…` : shown;
}

customElements.define("luneo-attempt", LuneoAttempt);
