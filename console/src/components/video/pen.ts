/** Draws pictures to a canvas at their own size; the page's CSS scales it. */

export interface Pen {
  size(width: number, height: number): void;
  draw(picture: CanvasImageSource): void;
  blank(): void;
}

export function penOf(canvas: HTMLCanvasElement): Pen {
  const ink = canvas.getContext("2d", { alpha: false });
  return {
    size(width, height) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    },
    draw(picture) {
      ink?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    },
    blank() {
      if (ink === null) return;
      ink.fillStyle = "#000";
      ink.fillRect(0, 0, canvas.width, canvas.height);
    },
  };
}
