/* Reads the simulated cameras' millisecond barcode (docs/reference/made-city.md) off what is really on the canvas. */
(() => {
  const [W, H, BLOCKS, EDGE] = [20, 12, 32, 3];
  const ink = new OffscreenCanvas(640, 24).getContext("2d", { willReadFrequently: true });
  const crc8 = (bytes) => {
    let crc = 0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let at = 0; at < 8; at++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff;
    }
    return crc;
  };
  const takenMs = (canvas) => {
    if (canvas.width !== 640) return null;
    ink.drawImage(canvas, 0, 336, 640, 24, 0, 0, 640, 24);
    const pixels = ink.getImageData(0, 0, 640, 24).data;
    const bytes = new Array(8).fill(0);
    for (let row = 0; row < 2; row++)
      for (let block = 0; block < BLOCKS; block++) {
        let sum = 0;
        for (let y = EDGE; y < H - EDGE; y++)
          for (let x = EDGE; x < W - EDGE; x++) sum += pixels[4 * ((row * H + y) * 640 + block * W + x) + 1];
        const bit = sum >= 128 * (H - 2 * EDGE) * (W - 2 * EDGE) ? 1 : 0;
        const at = row * BLOCKS + block;
        bytes[at >> 3] |= bit << (7 - (at & 7));
      }
    if (crc8(bytes.slice(0, 7)) !== bytes[7] || bytes.every((byte) => byte === 0)) return null;
    const low = bytes.slice(2, 7).reduce((sum, byte) => sum * 256 + byte, 0);
    const now = Date.now();
    return now - ((((now - low) % 2 ** 40) + 2 ** 40) % 2 ** 40);
  };
  const next = () => new Promise(requestAnimationFrame);
  const front = () => document.querySelector(".seat canvas[data-camera]");
  const row = (incident) => document.querySelector(`[data-incident="${incident}"]`);

  /** From a click on a case to its first picture taken after the click, in ms; null when none came in 10 s. */
  const firstLive = async (incident) => {
    const clicked = Date.now();
    row(incident).click();
    while (Date.now() < clicked + 10_000) {
      await next();
      const taken = front() && takenMs(front());
      if (taken !== null && taken >= clicked) return Date.now() - clicked;
    }
    return null;
  };

  /** For a while, of every new picture in front: how long ago it was taken when it stood on the canvas. */
  const glass = async (forMs) => {
    const [ages, end] = [[], Date.now() + forMs];
    let last = null;
    while (Date.now() < end) {
      await next();
      const taken = front() && takenMs(front());
      if (taken !== null && taken !== last) {
        if (last !== null) ages.push(Date.now() - taken);
        last = taken;
      }
    }
    return ages;
  };

  const choice = (places) => [...document.querySelectorAll(".sides button")].find((one) => one.textContent.trim() === `${places}`);

  /** Goes to the wall, which follows the case that is chosen; whether it is there within 10 s. */
  const toTheWall = async (incident) => {
    const end = Date.now() + 10_000;
    row(incident).click();
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "w", code: "KeyW" }));
    while (choice(1) === undefined && Date.now() < end) await next();
    return choice(1) !== undefined;
  };

  /** From now on the wall has so many places. */
  const ofPlaces = (places) => choice(places).click();

  window.bongsuBench = { toTheWall, ofPlaces, firstLive, glass, isListed: (incident) => row(incident) !== null };
  return true;
})();
