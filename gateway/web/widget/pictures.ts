/** Photos and artwork by asset. An asset never changes; the signed address where it is read expires. */

const RETRIES = 1;

interface Held { image: HTMLImageElement; uri: string; failed: boolean }

export class Pictures {
  private readonly held = new Map<string, Held>();
  private readonly read = new Map<string, Held>();
  private failures = 0;

  /** changed: a picture came in. expired: one could not be read. gone: nor could it at a new address. */
  constructor(private readonly changed: () => void, private readonly expired: () => void, private readonly gone: () => void) {}

  /** Returns a picture once it is there, and asks for it if need be. */
  get(asset: string, uri: string): HTMLImageElement | undefined {
    const known = this.held.get(asset);
    if (known?.image.complete && known.image.naturalWidth) return known.image;
    if (uri && (!known || (known.failed && known.uri !== uri))) this.load(asset, uri);
    return undefined;
  }

  /** Returns a picture whose pixels may be read, once it is there; null if it cannot be read, and is done without. */
  readable(asset: string, uri: string): HTMLImageElement | null | undefined {
    let known = this.read.get(asset);
    if (uri && known?.uri !== uri && (!known || known.failed)) {
      const held: Held = known = { image: new Image(), uri, failed: false };
      this.read.set(asset, held);
      held.image.crossOrigin = "anonymous";
      held.image.onload = this.changed;
      held.image.onerror = () => {
        held.failed = true;
        this.changed();
      };
      held.image.src = uri;
    }
    if (known?.failed) return null;
    return known?.image.complete && known.image.naturalWidth ? known.image : undefined;
  }

  /** Lets what failed be asked for again, also at the address that failed. */
  retry(): void {
    for (const [asset, held] of this.held) if (held.failed) this.held.delete(asset);
  }

  private load(asset: string, uri: string): void {
    const image = new Image();
    const held = { image, uri, failed: false };
    this.held.set(asset, held);
    image.onload = () => {
      this.failures = 0;
      this.changed();
    };
    image.onerror = () => {
      held.failed = true;
      if (this.failures++ < RETRIES) this.expired();
      else this.gone();
    };
    image.src = uri;
  }
}
