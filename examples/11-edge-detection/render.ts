/**
 * Renders the recording of this example: a yard with two moving balls and a rotating crate. The renderer traces rays,
 * with shadows, motion blur and sensor noise, and writes each frame to a JPEG file. The output is deterministic.
 *
 *   node build/examples/11-edge-detection/render.js [FOLDER]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import jpeg from 'jpeg-js';

type Vector = readonly [x: number, y: number, z: number];

interface Surface {
  readonly distance: number;
  readonly normal: Vector;
  /** Reflected red, green and blue, 0 to 1. */
  readonly color: Vector;
}

const [width, height, frames, quality] = [320, 240, 20, 62];
const light = unit([-0.5, 0.9, -0.6]);
const lens: Vector = [0, 2.4, -6.5];
const sky: Vector = [0.62, 0.72, 0.85];

const folder = process.argv[2] ?? 'examples/11-edge-detection/frames';
mkdirSync(folder, { recursive: true });
for (let frame = 0; frame < frames; frame++) {
  const name = `frame-${String(frame).padStart(2, '0')}.jpg`;
  writeFileSync(join(folder, name), jpeg.encode({ data: render(frame), width, height }, quality).data);
}

/** Renders a frame: red, green, blue and alpha of each pixel. */
function render(frame: number): Buffer {
  const random = noise(frame + 1);
  const pixels = Buffer.alloc(width * height * 4, 255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    const sum = [0, 0, 0];
    // Four rays per pixel at slightly different times smooth the edges and blur motion.
    for (let ray = 0; ray < 4; ray++) {
      const x = (column + (ray & 1) / 2 - width / 2) / height;
      const y = (height / 2 - row - (ray >> 1) / 2) / height;
      const turn = ((frame + ray * 0.1) / frames) * 2 * Math.PI;
      trace(lens, unit([x, y - 0.22, 1.15]), turn).forEach((part, index) => {
        sum[index] = (sum[index] ?? 0) + part / 4;
      });
    }
    const vignette = 1 - 0.35 * ((column / width - 0.5) ** 2 + (row / height - 0.5) ** 2) * 2;
    sum.forEach((part, index) => {
      const exposed = 255 * (part * vignette) ** (1 / 2.2);
      // As in sensors, noise grows with brightness.
      pixels[pixel * 4 + index] = Math.max(0, Math.min(255, exposed + random() * (2 + exposed / 60)));
    });
  }
  return pixels;
}

/** Returns the light from a direction; `turn` is the time of the animation. */
function trace(from: Vector, direction: Vector, turn: number): Vector {
  const hit = nearest(from, direction, turn);
  if (hit === undefined) return sky;
  const point = along(from, direction, hit.distance - 1e-4);
  const shadow = nearest(point, light, turn) !== undefined;
  const lit = shadow ? 0 : Math.max(0, dot(hit.normal, light));
  const brightness = 0.22 + 0.78 * lit;
  return [hit.color[0] * brightness, hit.color[1] * brightness, hit.color[2] * brightness];
}

function nearest(from: Vector, direction: Vector, turn: number): Surface | undefined {
  const surfaces = [
    floor(from, direction),
    wall(from, direction),
    ball(from, direction, [-0.4 + 2.1 * Math.cos(turn), 0.55, 0.4 + 0.9 * Math.sin(turn)], 0.55, [0.8, 0.16, 0.12]),
    ball(from, direction, [1.2 - 1.7 * Math.cos(turn), 0.35, -1.9], 0.35, [0.9, 0.75, 0.15]),
    crate(from, direction, [1.7, 0.7, 1.3], 0.7, turn / 4),
  ].filter((surface) => surface !== undefined);
  return surfaces.reduce<Surface | undefined>(
    (best, surface) => (best === undefined || surface.distance < best.distance ? surface : best),
    undefined,
  );
}

/** Stone slabs with joints. */
function floor(from: Vector, direction: Vector): Surface | undefined {
  const distance = -from[1] / direction[1];
  if (!(distance > 1e-3)) return undefined;
  const [x, , z] = along(from, direction, distance);
  const joint = Math.abs(x - Math.round(x)) < 0.02 || Math.abs(z - Math.round(z)) < 0.02;
  const shade = joint ? 0.12 : (Math.floor(x) + Math.floor(z)) % 2 === 0 ? 0.42 : 0.5;
  return { distance, normal: [0, 1, 0], color: [shade, shade, shade * 0.95] };
}

/** A house wall with windows. */
function wall(from: Vector, direction: Vector): Surface | undefined {
  const distance = (4.5 - from[2]) / direction[2];
  if (!(distance > 1e-3)) return undefined;
  const [x, y] = along(from, direction, distance);
  if (y < 0 || y > 3.4) return undefined;
  const isWindow = Math.abs(((x + 40) % 2) - 1) < 0.45 && y > 1.3 && y < 2.6;
  return { distance, normal: [0, 0, -1], color: isWindow ? [0.1, 0.13, 0.18] : [0.66, 0.52, 0.4] };
}

function ball(from: Vector, direction: Vector, center: Vector, radius: number, color: Vector): Surface | undefined {
  const offset = minus(from, center);
  const half = dot(offset, direction);
  const inside = half * half - dot(offset, offset) + radius * radius;
  if (inside < 0) return undefined;
  const distance = -half - Math.sqrt(inside);
  if (!(distance > 1e-3)) return undefined;
  return { distance, normal: unit(minus(along(from, direction, distance), center)), color };
}

/** A cube that rotates about its vertical axis. */
function crate(from: Vector, direction: Vector, center: Vector, half: number, turn: number): Surface | undefined {
  const start = rotate(minus(from, center), -turn);
  const heading = rotate(direction, -turn);
  let [enters, leaves, side] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  for (const axis of [0, 1, 2] as const) {
    const one = (-half - start[axis]) / heading[axis];
    const other = (half - start[axis]) / heading[axis];
    if (Math.min(one, other) > enters) [enters, side] = [Math.min(one, other), axis];
    leaves = Math.min(leaves, Math.max(one, other));
  }
  if (enters > leaves || !(enters > 1e-3)) return undefined;
  const point = along(start, heading, enters);
  const normal: Vector = [0, 1, 2].map((axis) => (axis === side ? Math.sign(point[side] ?? 0) : 0)) as never;
  const board = point.some((part, axis) => axis !== side && Math.abs(part) > half * 0.82);
  return { distance: enters, normal: rotate(normal, turn), color: board ? [0.3, 0.2, 0.1] : [0.6, 0.43, 0.24] };
}

function rotate([x, y, z]: Vector, angle: number): Vector {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  return [x * cosine + z * sine, y, z * cosine - x * sine];
}

function along([x, y, z]: Vector, [dx, dy, dz]: Vector, distance: number): Vector {
  return [x + dx * distance, y + dy * distance, z + dz * distance];
}

function minus([x, y, z]: Vector, [ox, oy, oz]: Vector): Vector {
  return [x - ox, y - oy, z - oz];
}

function dot([x, y, z]: Vector, [ox, oy, oz]: Vector): number {
  return x * ox + y * oy + z * oz;
}

function unit(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector));
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** Returns a seeded generator of approximately normal values: each is the sum of four uniform values from -0.5 to 0.5. */
function noise(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  const next = () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    return ((state ^ (state >>> 12)) >>> 0) / 2 ** 32 - 0.5;
  };
  return () => next() + next() + next() + next();
}
