/** The REST API as the page needs it: types of the protobuf JSON mapping, and calls that fail with a sentence. */

export interface Money { currencyCode: string; amountCents?: string }
export interface Price { total: Money; lines?: { zone?: string; description?: string; amountCents?: string }[] }
export interface Ink { displayName?: string; rgbHex: string }
export interface TextRules { fonts: string[]; maxLines?: number; maxGraphemes?: number }
export interface ArtworkRules { allowVector?: boolean; allowRaster?: boolean; defaultAsset?: string }
export interface Zone {
  id: string; displayName?: string; surface: string; inks: Ink[]; required?: boolean;
  surchargeCents?: string; text?: TextRules; artwork?: ArtworkRules;
}
export interface Point { xMillipx?: number; yMillipx?: number }
export interface Placement { surface: string; topLeft: Point; topRight: Point; bottomLeft: Point }
export interface View { id: string; displayName?: string; photo: string; placements?: Placement[] }
export interface Surface { id: string; displayName?: string; widthUm: number; heightUm: number }
export interface Template { surfaces: Surface[]; zones: Zone[]; views?: View[] }
export interface Revision {
  name: string; displayName: string; description?: string; price: Money; template: Template;
  fonts?: { font: string; displayName?: string }[];
  assets?: { asset: string; uri?: string; widthPx?: number; heightPx?: number }[];
}
export interface Box { leftUm?: number; topUm?: number; rightUm?: number; bottomUm?: number }
export interface Problem {
  code: string; severity: string; zone?: string; message: string; suggestion?: string;
  corrected?: string; startUtf16?: number; endUtf16?: number; box?: Box;
}
export interface ImageUse { asset: string; uri?: string; matrixUm: number[] }
export interface Item {
  zone: string; rgbHex?: string; path?: string; fillRule?: CanvasFillRule; lineWidthUm?: number;
  image?: ImageUse; clip?: string;
}
export interface ZoneLayout { zone: string; xUm?: number; yUm?: number; outline?: string;
  text?: { textAsMade?: string; sizeCentipoint?: number; lines?: number } }
export interface SurfaceLayout {
  surface: string; widthUm: number; heightUm: number; outline?: string; zones?: ZoneLayout[]; items?: Item[];
}
export interface Layout { digest: string; surfaces?: SurfaceLayout[] }
export interface Composed { layout: Layout; problems?: Problem[]; price: Price; valid?: boolean }
export interface TextValue { text: string; font?: string; ink?: number }
export interface ZoneValue { text?: TextValue; artwork?: { asset: string } }
export interface Design { productRevision: string; zones: Record<string, ZoneValue> }
export interface Preview { name: string; uri: string; ready?: boolean; layoutDigest: string }
export interface SnapshotAsset { kind: string; uri?: string; mediaType?: string }
export interface Snapshot {
  name: string; owner?: string; productRevision?: string; layoutDigest?: string; price?: Price;
  createTime: string; assets?: SnapshotAsset[]; validation?: { by: string }; lock?: { by: string };
}
export interface PackFile { path: string; mediaType?: string; sizeBytes?: string; sha256?: string }
export interface ExportPack { name: string; snapshot: string; result?: { uri: string; sizeBytes?: string; sha256?: string; layoutDigest?: string; files?: PackFile[] } }
export interface Operation {
  name: string; done?: boolean; response?: ExportPack & { "@type": string };
  error?: { message?: string }; metadata?: { progressPercent?: number; step?: string; state?: string };
}

interface Violation { field?: string; description?: string }
interface Detail { "@type"?: string; reason?: string; fieldViolations?: Violation[] }
interface StatusBody { error?: { code: number; message: string; details?: Detail[] } }

/** A call that was refused, with the service's own sentence. */
export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly reason: string, readonly violations: Violation[]) {
    super(message);
  }
}

/** Calls one installation with one key. */
export class Api {
  session = "";

  constructor(readonly base: string, readonly key: string) {}

  get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return this.json<T>(path, { signal });
  }

  post<T>(path: string, body: unknown, options: { signal?: AbortSignal; once?: boolean } = {}): Promise<T> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (options.once) headers["idempotency-key"] = crypto.randomUUID();
    return this.json<T>(path, { method: "POST", headers, body: JSON.stringify(body), signal: options.signal });
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
        const lines = block.split("\n");
        const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
        if (!data) continue;
        const message: T & StatusBody = JSON.parse(data);
        if (message.error && lines.some((line) => line.startsWith("event: error"))) throw refused(message, message.error.code);
        yield message;
      }
    }
  }

  private async json<T>(path: string, init: RequestInit): Promise<T> {
    return (await this.send(path, init)).json() as Promise<T>;
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("x-api-key", this.key);
    if (this.session) headers.set("luneo-session", this.session);
    let response: Response;
    try {
      response = await fetch(this.base + path, { ...init, headers });
    } catch (error) {
      if ((error as Error).name === "AbortError") throw error;
      throw new ApiError(0, "The server cannot be reached. Check the connection and try again.", "OFFLINE", []);
    }
    if (response.ok) return response;
    throw refused(await response.json().catch(() => ({})), response.status);
  }
}

function refused(body: StatusBody, status: number): ApiError {
  const details = body.error?.details ?? [];
  const reason = details.find((detail) => detail.reason)?.reason ?? "";
  const violations = details.flatMap((detail) => detail.fieldViolations ?? []);
  return new ApiError(status, body.error?.message ?? `The server answered ${status}.`, reason, violations);
}

/** Whether an error only says that a newer call took over. */
export function superseded(error: unknown): boolean {
  return (error as Error)?.name === "AbortError";
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
