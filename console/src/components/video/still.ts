/** One picture of one camera, as it is now: asked for once, and recorded like a look. */
import { watch, type Scene, type Wish } from "../../net/watch";
import { called, t } from "../../stores/language.svelte";
import { penOf } from "./pen";

export interface StillShown {
  /** It stands on the canvas. */
  shown(): void;
  /** Why not yet, or not at all, in the user's words. */
  trouble(words: string): void;
}

/** Put a picture on the canvas; the answer gives it up. */
export function stillTo(canvas: HTMLCanvasElement, asked: Pick<Wish, "camera" | "incident" | "reason">, on: StillShown): () => void {
  const stop = watch(
    { ...asked, form: "still", profile: "main" },
    {
      scene(scene) {
        const words = wordsOf(scene);
        if (words) on.trouble(words);
      },
      picture(message) {
        stop(); // one picture is all: the server closes the line now
        void draw(canvas, message).then(() => on.shown());
      },
    },
  );
  return stop;
}

function wordsOf(scene: Scene): string {
  if (scene.at === "refused" && scene.detail) return scene.detail;
  if ("code" in scene) return called("video.", scene.code);
  return scene.at === "lost" ? t("video.lost") : "";
}

async function draw(canvas: HTMLCanvasElement, message: ArrayBuffer): Promise<void> {
  const picture = await createImageBitmap(new Blob([message], { type: "image/jpeg" }));
  const pen = penOf(canvas);
  pen.size(picture.width, picture.height);
  pen.draw(picture);
  picture.close();
}
