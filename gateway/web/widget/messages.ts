/** The messages of the REST API as the page needs them: the protobuf JSON mapping, where what is empty is left out. */

export interface Money { currencyCode: string; amountCents?: string }
export interface Price { total: Money; lines?: { zone?: string; option?: string; description?: string; amountCents?: string }[] }
export interface Ink { displayName?: string; rgbHex: string }
export interface TextRules { fonts: string[]; maxLines?: number; maxGraphemes?: number; path?: object; monogram?: object }
export interface ArtworkRules { allowVector?: boolean; allowRaster?: boolean; defaultAsset?: string }
export interface CodeRules { symbology?: string; maxGraphemes?: number }
export interface Zone {
  id: string; displayName?: string; surface: string; inks: Ink[]; required?: boolean;
  surchargeCents?: string; text?: TextRules; artwork?: ArtworkRules; code?: CodeRules; colour?: object;
}
export interface Point { xMillipx?: number; yMillipx?: number }
export interface Placement { surface: string; topLeft: Point; topRight: Point; bottomLeft: Point }
export interface View { id: string; displayName?: string; photo: string; placements?: Placement[]; shownFor?: Record<string, string> }
export interface Choice { id: string; displayName?: string; surchargeCents?: string; swatchRgbHex?: string }
export interface Option { id: string; displayName?: string; choices: Choice[] }
export interface Surface { id: string; displayName?: string; widthUm: number; heightUm: number }
export interface Template { surfaces: Surface[]; zones: Zone[]; views?: View[]; options?: Option[] }
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
export interface GradientColour { offsetPermille?: number; rgbHex: string; opacityPermille?: number }
export interface Gradient {
  kind: string; startXUm?: number; startYUm?: number; endXUm?: number; endYUm?: number; radiusUm?: number; axesUm?: number[];
  colours: GradientColour[];
}
export interface Item {
  zone: string; operation?: string; gradient?: Gradient; opacityPermille?: number; finish?: string; depthUm?: number; rgbHex?: string; path?: string; fillRule?: CanvasFillRule; lineWidthUm?: number;
  image?: ImageUse; clip?: string;
}
export interface ZoneLayout {
  zone: string; xUm?: number; yUm?: number; outline?: string;
  text?: FittedText;
}
export interface FittedText { textAsMade?: string; sizeCentipoint?: number; lines?: number; clusters?: { box?: Box }[] }
export interface SurfaceLayout {
  surface: string; widthUm: number; heightUm: number; outline?: string; zones?: ZoneLayout[]; items?: Item[];
}
export interface Layout { digest: string; surfaces?: SurfaceLayout[] }
export interface Composed { layout: Layout; problems?: Problem[]; price: Price; valid?: boolean }
export interface TextValue { text: string; font?: string; ink?: number }
export interface Crop { left?: number; top?: number; width: number; height: number }
export interface ArtworkValue { asset: string; crop?: Crop; rotationCentidegrees?: number }
export interface ZoneValue { text?: TextValue; artwork?: ArtworkValue; colour?: { ink?: number } }
export interface Design { productRevision: string; zones: Record<string, ZoneValue>; options: Record<string, string> }
export interface Preview { name: string; uri: string; ready?: boolean; layoutDigest: string }
export interface SnapshotAsset { kind: string; uri?: string; mediaType?: string }
export interface Snapshot {
  name: string; owner?: string; productRevision?: string; layoutDigest?: string; price?: Price;
  createTime: string; assets?: SnapshotAsset[]; validation?: { by: string; time?: string }; lock?: { by: string; time?: string };
}
export interface PackFile { path: string; mediaType?: string; sizeBytes?: string; sha256?: string }
export interface SnapshotContent { snapshot: Snapshot; revision?: Revision; design?: Design }
export interface Render { name: string; result?: { uri?: string; widthPx?: number; heightPx?: number } }
export interface ExportPack { name: string; snapshot: string; result?: { uri: string; sizeBytes?: string; sha256?: string; layoutDigest?: string; files?: PackFile[] } }
export interface Operation {
  name: string; done?: boolean; response?: { "@type": string; name: string };
  error?: { message?: string }; metadata?: { progressPercent?: number; step?: string; state?: string };
}

/** Whether a problem stops the design from being made. */
export function isError(problem: Problem): boolean {
  return problem.severity === "SEVERITY_ERROR";
}
