// So that moving to a finer screen counts as another size, where the browser can tell.
const DEVICE_PIXELS: ResizeObserverOptions = 'devicePixelContentBoxSize' in ResizeObserverEntry.prototype ? { box: 'device-pixel-content-box' } : {};

/** A canvas with a sharp pixel for each of the screen's. Its context is scaled so that one unit is a CSS pixel. */
export class Surface {
  readonly context: CanvasRenderingContext2D;
  width = 0;
  height = 0;
  /** Device pixels in a CSS pixel. */
  ratio = 1;

  constructor(readonly canvas: HTMLCanvasElement, resized: () => void) {
    this.context = canvas.getContext('2d')!;
    new ResizeObserver(([entry]) => {
      const { inlineSize, blockSize } = entry!.contentBoxSize[0]!;
      if (inlineSize === 0) return;
      canvas.width = Math.round(inlineSize * devicePixelRatio);
      canvas.height = Math.round(blockSize * devicePixelRatio);
      this.width = inlineSize;
      this.height = blockSize;
      this.ratio = canvas.width / inlineSize;
      resized();
    }).observe(canvas, DEVICE_PIXELS);
  }

  /** An empty picture to draw on, or undefined while the canvas has no size. */
  clear(): CanvasRenderingContext2D | undefined {
    if (this.width === 0) return undefined;
    const { context, ratio } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    return context;
  }
}
