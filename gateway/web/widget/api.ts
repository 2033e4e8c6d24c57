/** Calls of the REST API that fail with a sentence. */

import type { Money } from "./messages.js";
import { random, traceparent } from "./trace.js";
import { say } from "./words.js";

interface Violation { field?: string; description?: string }
interface Detail { "@type"?: string; reason?: string; fieldViolations?: Violation[] }
interface StatusBody { error?: { code: number; message: string; details?: Detail[] } }

/** Reasons why a session, not the call, was refused. */
const SESSION_OVER = new Set(["TOKEN_INVALID", "TOKEN_EXPIRED"]);
/** Codes of what is over after a while. */
const PASSING = new Set([0, 429, 502, 503, 504]);
const OBJECTS = "/v1/objects/";

/** A call that was refused, with the service's own sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number, message: string, readonly reason = "", readonly violations: Violation[] = [],
    readonly retryAfterS = 0,
  ) {
    super(message);
  }

  /** Whether the same call may succeed a little later. */
  get passing(): boolean {
    return PASSING.has(this.status);
  }

  /** What to tell people: what is wrong with what they gave, or else with the call. */
  get sentence(): string {
    return this.violations[0]?.description || this.message;
  }
}

/** Calls one installation with one key. */
export class Api {
  /** The shopper's session; empty before one is needed. */
  session = "";
  /** Replaces a session that was refused. */
  renew?: () => Promise<void>;

  /** recorded: whether the traces of these calls are recorded in any case. */
  constructor(readonly base: string, readonly key: string, readonly recorded = false) {}

  get<T>(path: string): Promise<T> {
    return this.json<T>(path, {});
  }

  /** trace: what calls of one action share; without it a call is a trace of its own. */
  post<T>(path: string, body: unknown, options: { signal?: AbortSignal; once?: boolean; trace?: string; method?: "PATCH" } = {}): Promise<T> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (options.once) headers["idempotency-key"] = random(16);
    if (options.trace) headers["traceparent"] = traceparent(this.recorded, options.trace);
    return this.json<T>(path, { method: options.method ?? "POST", headers, body: JSON.stringify(body), signal: options.signal ?? null });
  }

  /** Yields the messages of a stream (server-sent events) until it ends. */
  async *events<T>(path: string): AsyncGenerator<T> {
    const response = await this.send(path, { headers: { accept: "text/event-stream" } });
    if (!response.body) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += value;
      const blocks = rest.split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const message = eventOf<T>(block);
        if (message !== undefined) yield message;
      }
    }
  }

  /** Where a picture is read: an address of the installation itself as this page reaches the installation. */
  picture(uri: string | undefined): string {
    if (!uri) return "";
    const { pathname } = new URL(uri, this.base);
    return uri.startsWith("/") || pathname.startsWith(OBJECTS) ? this.base + pathname : uri;
  }

  private async json<T>(path: string, init: RequestInit): Promise<T> {
    const response = await this.send(path, init);
    return response.json().catch((error) => { throw unreachable(error); }) as Promise<T>;
  }

  private async send(path: string, init: RequestInit, again = true): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("x-api-key", this.key);
    if (!headers.has("traceparent")) headers.set("traceparent", traceparent(this.recorded));
    const { session } = this;
    if (session) headers.set("luneo-session", session);
    const response = await fetch(this.base + path, { ...init, headers }).catch((error) => { throw unreachable(error); });
    if (response.ok) return response;
    const body: StatusBody = await response.json().catch(() => ({}));
    const error = refused(body, response.status, Number(response.headers.get("retry-after")) || 0);
    if (!again || !session || !this.renew || !SESSION_OVER.has(error.reason)) throw error;
    if (session === this.session) await this.renew();
    return this.send(path, init, false);
  }
}

/** The message of one event of a stream; nothing for a sign of life and for the end. Throws what the stream failed with. */
function eventOf<T>(block: string): T | undefined {
  const lines = block.split("\n");
  const field = (name: string) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim());
  const [event = "message"] = field("event");
  const data = field("data").join("\n");
  if (event === "error") {
    const status: StatusBody = JSON.parse(data);
    throw refused(status, status.error?.code ?? 0);
  }
  return event === "message" && data ? JSON.parse(data) : undefined;
}

function refused(body: StatusBody, status: number, retryAfterS = 0): ApiError {
  const details = body.error?.details ?? [];
  const reason = details.find((detail) => detail.reason)?.reason ?? "";
  const violations = details.flatMap((detail) => detail.fieldViolations ?? []);
  return new ApiError(status, body.error?.message ?? say("unanswered", { status }), reason, violations, retryAfterS);
}

function unreachable(error: unknown): unknown {
  return superseded(error) ? error : new ApiError(0, say("offline"), "OFFLINE");
}

/** Whether an error only says that a newer call took over. */
export function superseded(error: unknown): boolean {
  return (error as Error)?.name === "AbortError";
}

/** What to tell people about an error. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiError ? error.sentence : (error as Error).message;
}

/** Shows whole cents as people write them. */
export function money(amount: Money | undefined, language: string): string {
  if (!amount) return "";
  const format = new Intl.NumberFormat(language, { style: "currency", currency: amount.currencyCode });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(Number(amount.amountCents ?? 0) / 10 ** digits);
}

/** The brand at the head of a resource name: "brands/acme". */
export function brandOf(name: string): string {
  return name.split("/").slice(0, 2).join("/");
}

/** Returns a file's bytes as base64, as the protobuf JSON mapping wants them. */
export async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error(say("unreadable")));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}
