import sharp from 'sharp';
import { landscape } from './landscape.js';

export type Size = readonly [width: number, height: number];

// One thread an image: how many run at once is for the pools to decide.
sharp.concurrency(1);

/** Writes the landscape of that number, in that size. */
export async function makeImage(path: string, number: number, [width, height]: Size): Promise<void> {
  await sharp(Buffer.from(landscape(number)))
    .resize(width, height, { fit: 'cover' })
    .jpeg()
    .toFile(path);
}

/** Blurs the image with a Gaussian of radius 15, fits it into 1200 × 1200, and writes it. */
export async function thumbnail(from: string, to: string): Promise<void> {
  const { data, info } = await sharp(from).blur(15).raw().toBuffer({ resolveWithObject: true });
  await sharp(data, { raw: { ...info, premultiplied: false } })
    .resize(1200, 1200, { fit: 'inside', withoutEnlargement: true })
    .jpeg()
    .toFile(to);
}

export async function sizeOf(path: string): Promise<Size> {
  const { width, height } = await sharp(path).metadata();
  return [width, height];
}

/** The image, 480 pixels at its longest side, as a `data:` URL. */
export async function preview(path: string): Promise<string> {
  const small = sharp(path).resize(480, 480, { fit: 'inside' }).jpeg({ quality: 70 });
  return `data:image/jpeg;base64,${(await small.toBuffer()).toString('base64')}`;
}
