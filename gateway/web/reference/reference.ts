/** The API reference at /api: made in the browser from /openapi.json, nothing else is fetched. */

import "./attempt.js";
import "./schema.js";
import { html, nothing, render, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Api, type Call, JSON_TYPE, type Media, type Parameter, type Schema, callsOf, resolved } from "./document.js";
import { inline, paragraphs } from "./text.js";
import { STATUSES, WORDS } from "./words.js";

const main = document.getElementById("main")!;
const LANGUAGE = "luneo-reference:language";

class Reference {
  private wanted = "";
  private readonly calls: Call[];

  constructor(private readonly api: Api) {
    this.calls = callsOf(api);
    window.addEventListener("hashchange", () => this.draw(true));
    this.draw(false);
  }

  private get chosen(): Call | undefined {
    return this.calls.find((call) => call.operation.operationId === location.hash.slice(1));
  }

  private draw(moved: boolean): void {
    const call = this.chosen;
    document.title = `${call ? call.name : "API"} · ${this.api.info.title}`;
    render(html`${this.menu(call)}<article id="call" tabindex="-1">${keyed(call, call ? this.one(call) : this.overview())}</article>`, main);
    if (!moved) return;
    main.querySelector<HTMLDetailsElement>("details.menu")!.open = false;
    document.getElementById("call")!.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  private menu(chosen: Call | undefined): TemplateResult {
    const type = (event: Event) => {
      this.wanted = (event.target as HTMLInputElement).value.trim().toLowerCase();
      this.draw(false);
    };
    const found = this.calls.filter((call) => this.fits(call));
    const list = html`<label class="search"><span class="hidden">${WORDS.search}</span>
        <input type="search" placeholder=${WORDS.search} .value=${this.wanted} @input=${type}></label>
      <nav aria-label=${WORDS.calls}><a href="#" class=${chosen ? "" : "here"}>${WORDS.overview}</a>
      ${found.length ? nothing : html`<p class="quiet">${WORDS.nothing}</p>`}
      ${this.api.tags.map((tag) => {
        const own = found.filter((call) => call.service === tag.name);
        return own.length ? html`<h2>${spaced(tag.name)}</h2>${own.map((call) => this.link(call, chosen))}` : nothing;
      })}</nav>`;
    return html`<aside class="wide">${list}</aside><details class="menu"><summary>${chosen ? chosen.name : WORDS.calls}</summary>${list}</details>`;
  }

  private link(call: Call, chosen: Call | undefined): TemplateResult {
    const here = call === chosen;
    return html`<a href=${`#${call.operation.operationId}`} class=${here ? "here" : ""} aria-current=${here ? "page" : nothing}>
      <span>${call.name}</span>${badge(call.method)}</a>`;
  }

  private fits(call: Call): boolean {
    if (!this.wanted) return true;
    const body = call.operation.requestBody?.content[JSON_TYPE]?.schema;
    const fields = Object.keys((body && resolved(this.api, body).properties) ?? {});
    const text = [call.name, call.method, call.path, call.operation.description ?? "", ...fields].join(" ").toLowerCase();
    return this.wanted.split(/\s+/).every((word) => text.includes(word));
  }

  private overview(): TemplateResult {
    return html`<h1>${this.api.info.title} API</h1>
      <div class="said lead">${paragraphs(this.api.info.description ?? "")}</div>
      <p><a href="/openapi.json">${WORDS.document}</a></p>
      <div class="services">${this.api.tags.map((tag) => {
        const own = this.calls.filter((call) => call.service === tag.name);
        return own.length ? html`<section><h2>${spaced(tag.name)}</h2><p>${inline((tag.description ?? "").split("\n\n")[0]!.replaceAll("\n", " "))}</p>
          <p class="some">${own.map((call) => html`<a href=${`#${call.operation.operationId}`}>${call.name}</a>`)}</p></section>` : nothing;
      })}</div>`;
  }

  private one(call: Call): TemplateResult {
    const { operation } = call;
    return html`<div class="about">
        <p class="service">${spaced(call.service)}</p>
        <h1>${call.name}</h1>
        <p class="address">${badge(call.method)} <code>${broken(call.path)}</code></p>
        <div class="said lead">${paragraphs(operation.description ?? "")}</div>
        ${operation["x-callers"] ? html`<h2>${WORDS.who}</h2><p>${inline(operation["x-callers"])}</p>` : nothing}
        ${this.parameters(call)}
        ${this.media(WORDS.body, operation.requestBody?.content)}
        ${this.media(WORDS.answer, operation.responses["200"]?.content)}
        ${errors(call)}
      </div>
      <div class="beside">${this.samples(call)}${this.example(call)}
        <section class="try"><h2>${WORDS.attempt}</h2>
          <luneo-attempt .api=${this.api} .call=${call}></luneo-attempt></section></div>`;
  }

  private parameters(call: Call): TemplateResult[] {
    const all = call.operation.parameters.map((one) => resolved(this.api, one));
    return (["path", "query", "header"] as const).flatMap((place) => {
      const own = all.filter((one) => one.in === place);
      if (!own.length) return [];
      const properties = Object.fromEntries(own.map((one) => [one.name, shownAs(one)]));
      const schema = { type: "object", properties, required: own.filter((one) => one.required).map((one) => one.name) };
      const title = { path: WORDS.path, query: WORDS.query, header: WORDS.headers }[place];
      return [html`<h2>${title}</h2><luneo-schema .api=${this.api} .schema=${schema}></luneo-schema>`];
    });
  }

  private media(title: string, content: Record<string, Media> | undefined): TemplateResult | typeof nothing {
    if (!content) return nothing;
    const item = Object.values(content).find((media) => media["x-itemSchema"])?.["x-itemSchema"];
    if (item) return html`<h2>${WORDS.stream}</h2><luneo-schema .api=${this.api} .schema=${item}></luneo-schema>`;
    const schema = content[JSON_TYPE]?.schema;
    return html`<h2>${title}</h2>${schema ? html`<luneo-schema .api=${this.api} .schema=${schema}></luneo-schema>` : html`<p class="quiet">${WORDS.bytes}</p>`}`;
  }

  private samples(call: Call): TemplateResult | typeof nothing {
    const samples = call.operation["x-codeSamples"] ?? [];
    const kept = localStorage.getItem(LANGUAGE) ?? "curl";
    const chosen = samples.find((one) => one.label === kept) ?? samples[0];
    if (!chosen) return nothing;
    const choose = (label: string) => () => {
      localStorage.setItem(LANGUAGE, label);
      this.draw(false);
    };
    const source = chosen.source.replaceAll("http://localhost:8400", location.origin);
    return html`<section class="code"><div class="bar">${samples.map((one) => html`<button type="button" aria-pressed=${one === chosen} @click=${choose(one.label)}>${one.label}</button>`)}
      ${copier(source)}</div><pre tabindex="0">${source}</pre></section>`;
  }

  private example(call: Call): TemplateResult | typeof nothing {
    const found = call.operation.responses["200"]?.content?.[JSON_TYPE]?.example;
    if (found === undefined) return nothing;
    const text = JSON.stringify(found, null, 2);
    return html`<section class="code"><div class="bar"><span title=${WORDS.recorded}>${WORDS.example}</span>${copier(text)}</div><pre tabindex="0">${text}</pre></section>`;
  }
}

/** A parameter as a field; what ids are made of says the overview, what headers hold their description. */
function shownAs(parameter: Parameter): Schema {
  const { pattern, ...schema } = parameter.schema;
  const said = parameter.description ? { description: parameter.description } : {};
  return { ...schema, ...(pattern && parameter.in === "query" ? { pattern } : {}), ...said };
}

function errors(call: Call): TemplateResult {
  const known = Object.keys(call.operation.responses).filter((status) => STATUSES[status]);
  return html`<h2>${WORDS.errors}</h2><ul class="statuses">${known.map((status) => html`<li><code>${status}</code> ${STATUSES[status]}</li>`)}</ul>`;
}

function copier(text: string): TemplateResult {
  const copy = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    await navigator.clipboard.writeText(text);
    button.textContent = WORDS.copied;
    setTimeout(() => { button.textContent = WORDS.copy; }, 1500);
  };
  return html`<button type="button" class="copy" @click=${copy}>${WORDS.copy}</button>`;
}

function badge(method: string): TemplateResult {
  return html`<b class=${`method ${method.toLowerCase()}`}>${method === "DELETE" ? "DEL" : method}</b>`;
}

/** A path that may be broken into lines before each of its slashes. */
function broken(path: string): (string | TemplateResult)[] {
  return path.split(/(?=\/)/).map((part) => html`<wbr>${part}`);
}

/** "ExportPackService" as people say it: "Export packs". */
function spaced(service: string): string {
  const words = service.replace(/Service$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase().replace(/^api\b/, "API");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}s`;
}

async function start(): Promise<void> {
  const response = await fetch("/openapi.json");
  main.replaceChildren();
  new Reference(await response.json());
}

start().catch((error: Error) => render(html`<article><h1>${WORDS.broken}</h1><p>${error.message}</p></article>`, main));
