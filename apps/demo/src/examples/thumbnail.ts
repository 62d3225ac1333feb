import sharp from 'sharp';

export type Size = readonly [width: number, height: number];

// One thread an image: how many run at once is for the pools to decide.
sharp.concurrency(1);

/** Writes an image of that size, of coloured noise. */
export async function makeImage(path: string, [width, height]: Size): Promise<void> {
  const background = { r: 120, g: 150, b: 180 };
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  await sharp({ create: { width, height, channels: 3, background, noise } })
    .jpeg()
    .toFile(path);
}

/** Blurs the image with a Gaussian of radius 15, fits it into 1200 × 1200, and writes it. */
export async function thumbnail(from: string, to: string): Promise<void> {
  await sharp(from)
    .blur(15)
    .toBuffer()
    .then((blurred) =>
      sharp(blurred).resize(1200, 1200, { fit: 'inside', withoutEnlargement: true }).toFile(to),
    );
}

export async function sizeOf(path: string): Promise<Size> {
  const { width, height } = await sharp(path).metadata();
  return [width, height];
}
