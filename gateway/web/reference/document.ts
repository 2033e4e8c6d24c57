/** The OpenAPI document as the reference reads it. */

export interface Schema {
  $ref?: string; type?: string; format?: string; description?: string; enum?: string[]; const?: unknown; items?: Schema;
  properties?: Record<string, Schema>; additionalProperties?: Schema; required?: string[]; readOnly?: boolean; pattern?: string;
  anyOf?: Schema[]; allOf?: { oneOf?: { required?: string[] }[] }[]; contentEncoding?: string;
  minimum?: number; maximum?: number; exclusiveMinimum?: number; exclusiveMaximum?: number; minLength?: number; maxLength?: number;
  minItems?: number; maxItems?: number; minProperties?: number; maxProperties?: number; uniqueItems?: boolean;
}
export interface Parameter { $ref?: string; name: string; in: "path" | "query" | "header"; required?: boolean; description?: string; schema: Schema; example?: unknown }
export interface Media { schema?: Schema; example?: unknown; "x-itemSchema"?: Schema }
export interface Answer { $ref?: string; description?: string; content?: Record<string, Media>; headers?: Record<string, unknown> }
export interface Operation {
  operationId: string; tags: string[]; summary?: string; description?: string; parameters: Parameter[];
  requestBody?: { content: Record<string, Media>; required?: boolean }; responses: Record<string, Answer>;
  security?: Record<string, string[]>[]; "x-callers"?: string; "x-internal"?: boolean; "x-safe"?: boolean;
  "x-codeSamples"?: { lang: string; label: string; source: string }[];
}
export interface Api {
  info: { title: string; description?: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

/** One call: a method, a path and what is known of them. */
export interface Call { method: string; path: string; operation: Operation; name: string; service: string }

export const JSON_TYPE = "application/json";

/** All calls that people may make, in the order of the document. */
export function callsOf(api: Api): Call[] {
  return Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([, operation]) => !operation["x-internal"])
    .map(([method, operation]) => {
      const [service = "", name = ""] = operation.operationId.split("_");
      return { method: method.toUpperCase(), path, operation, name, service };
    }));
}

/** What a reference leads to. */
export function resolved<T extends { $ref?: string }>(api: Api, found: T): T {
  if (!found.$ref) return found;
  const [, , kind = "", name = ""] = found.$ref.split("/");
  return { ...(api.components[kind]?.[name] as T), ...("description" in found ? { description: found["description"] } : {}) };
}

/** The last part of a reference's name: "Product" of "#/components/schemas/luneo.spec.v1.Product". */
export function nameOf(ref: string): string {
  const parts = ref.split("/").pop()!.split(".");
  const last = parts.pop()!;
  return ["Body", "Patch", "Stated"].includes(last) ? parts.pop()! : last;
}
