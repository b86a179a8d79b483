/* SHA-256 (FIPS 180-4) of a file, a piece at a time, so that memory stays flat.
   WebCrypto takes small files where the page may use it; a page opened from a disk often may not. */
"use strict";

const SHA256_PIECE = 4 * 1024 * 1024;
const SHA256_SMALL = 32 * 1024 * 1024;

const SHA256_FRACTIONS = (() => {
  // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  const found = [];
  for (let number = 2; found.length < 64; number += 1) {
    let prime = true;
    for (let part = 2; part * part <= number; part += 1) if (number % part === 0) prime = false;
    if (prime) found.push(((Math.cbrt(number) % 1) * 4294967296) >>> 0);
  }
  return new Uint32Array(found);
})();

class Sha256 {
  constructor() {
    this.state = new Uint32Array([
      0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ]);
    this.words = new Uint32Array(64);
    this.waiting = new Uint8Array(64);
    this.held = 0;
    this.length = 0;
  }

  /** @param {Uint8Array} bytes */
  update(bytes) {
    let place = 0;
    this.length += bytes.length;
    if (this.held) {
      place = Math.min(64 - this.held, bytes.length);
      this.waiting.set(bytes.subarray(0, place), this.held);
      this.held += place;
      if (this.held < 64) return this;
      this.mix(this.waiting, 0);
      this.held = 0;
    }
    for (; place + 64 <= bytes.length; place += 64) this.mix(bytes, place);
    this.waiting.set(bytes.subarray(place));
    this.held = bytes.length - place;
    return this;
  }

  /** The hash as 64 small letters; the object is spent afterwards. */
  hex() {
    const length = this.length;
    const end = new Uint8Array((this.held < 56 ? 64 : 128) - this.held);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(length / 0x20000000));
    view.setUint32(end.length - 4, length << 3);
    this.update(end);
    return Array.from(this.state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  mix(bytes, from) {
    const w = this.words;
    for (let i = 0, at = from; i < 16; i += 1, at += 4) {
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + SHA256_FRACTIONS[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    const s = this.state;
    s[0] += a;
    s[1] += b;
    s[2] += c;
    s[3] += d;
    s[4] += e;
    s[5] += f;
    s[6] += g;
    s[7] += h;
  }
}

function hexOf(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The SHA-256 of a chosen file; `tell` is given the share done, 0 to 1. */
async function sha256OfFile(file, tell = () => {}) {
  if (file.size <= SHA256_SMALL && globalThis.crypto && crypto.subtle) {
    return hexOf(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  }
  const hash = new Sha256();
  for (let from = 0; from < file.size; from += SHA256_PIECE) {
    hash.update(new Uint8Array(await file.slice(from, from + SHA256_PIECE).arrayBuffer()));
    tell(Math.min(1, (from + SHA256_PIECE) / file.size));
  }
  return hash.hex();
}
