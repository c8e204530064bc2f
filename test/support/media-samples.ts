/** Photos, sounds and videos that tests send: made here, but for a voice of two seconds, which opusenc made of tones of ours. */
import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  OGG,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import sharp from 'sharp';

/** What a camera says, beside the picture: who took it where. */
export const SECRETS = ['Camera of Ann', '48/1 12/1 30/1'] as const;

/** With a colour profile, an orientation (lying on its side) and secrets, unless there is less asked for. */
export async function photo(
  width = 60,
  height = 40,
  format: 'jpeg' | 'png' | 'webp' | 'avif' = 'jpeg',
): Promise<Buffer> {
  const taken = await sharp({ create: { width, height, channels: 3, background: '#d04020' } })
    .withIccProfile('p3')
    .withExif({ IFD0: { Make: SECRETS[0] }, IFD3: { GPSLatitude: SECRETS[1] } })
    .toFormat(format)
    .toBuffer();
  return sharp(taken).keepIccProfile().withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
}

/** Noise, which takes as long to look at as pictures do. */
export const noise = (width: number, height: number): Promise<Buffer> =>
  sharp({
    create: { width, height, channels: 3, background: 'gray', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  })
    .jpeg()
    .toBuffer();

/** What a camera makes of shapes in a light that changes, with its sensor's noise: some 3 MB of 12 megapixels. */
export async function snapshot(width: number, height: number): Promise<Buffer> {
  const shapes = Array.from({ length: 300 }, (_, n) => {
    const [x, y, radius] = [(n * 977) % width, (n * 613) % height, 20 + ((n * 37) % 160)];
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="hsl(${(n * 47) % 360},60%,50%)"/>`;
  });
  const light =
    '<linearGradient id="light"><stop stop-color="#2a6"/><stop offset="1" stop-color="#d83"/></linearGradient>';
  const drawn = `<svg width="${width}" height="${height}">${light}<path fill="url(#light)" d="M0 0h${width}v${height}H0z"/>${shapes.join('')}</svg>`;
  const grain = { type: 'gaussian' as const, mean: 128, sigma: 12 };
  return sharp({ create: { width, height, channels: 3, background: 'gray', noise: grain } })
    .composite([{ input: Buffer.from(drawn), blend: 'soft-light' }])
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** Three frames, each of another colour. */
export function animation(format: 'gif' | 'webp'): Promise<Buffer> {
  const [width, height] = [16, 8];
  const frames = Buffer.concat(
    ['ff0000', '00ff00', '0000ff'].map(color => Buffer.alloc(width * height * 3, color, 'hex')),
  );
  return sharp(frames, { raw: { width, height: 3 * height, channels: 3, pageHeight: height } })
    .toFormat(format, { delay: [100, 200, 300], loop: 2 })
    .toBuffer();
}

/** PCM of one channel that grows louder from nothing. */
export function wav(seconds: number, rate = 8_000): Buffer {
  const count = Math.round(seconds * rate);
  const file = Buffer.alloc(44 + 2 * count);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(2 * rate, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * count, 40);
  for (let n = 0; n < count; n++) {
    file.writeInt16LE(Math.round(30_000 * (n / count) * Math.sin(n / 3)), 44 + 2 * n);
  }
  return file;
}

/** Two seconds of Opus in Ogg: louder and louder, a quarter of a second of it and a quarter of silence, in turns. */
export const voice = (): Buffer => Buffer.from(VOICE.join(''), 'base64');

async function voicePackets() {
  const track = await new Input({ formats: [OGG], source: new BufferSource(voice()) }).getPrimaryAudioTrack();
  if (!track) throw new Error('the sample has no sound');
  const config = (await track.getDecoderConfig()) as AudioDecoderConfig;
  const packets: EncodedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return { config, packets };
}

/** The same voice as browsers record it: in WebM, without its length in front, or in MP4. */
export async function recorded(format: 'webm' | 'mp4'): Promise<Buffer> {
  const { config, packets } = await voicePackets();
  const target = new BufferTarget();
  const output = new Output({ format: format === 'webm' ? new WebMOutputFormat() : new Mp4OutputFormat(), target });
  const source = new EncodedAudioPacketSource('opus');
  output.addAudioTrack(source);
  await output.start();
  for (const packet of packets) await source.add(packet, { decoderConfig: config });
  await output.finalize();
  return Buffer.from(target.buffer as ArrayBuffer);
}

/** Two seconds of frames that no decoder looks at, 640 by 360. */
export async function video(format: 'webm' | 'mp4'): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: format === 'webm' ? new WebMOutputFormat() : new Mp4OutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source);
  await output.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 640, codedHeight: 360 };
  for (let n = 0; n < 20; n++) {
    const packet = new EncodedPacket(new Uint8Array(50).fill(n), n === 0 ? 'key' : 'delta', n / 10, 0.1);
    await source.add(packet, { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer as ArrayBuffer);
}

const VOICE = [
  'T2dnUwACAAAAAAAAAADSqZE3AAAAAKa0LoEBE09wdXNIZWFkAQE4AYA+AAAAAABPZ2dTAAAAAAAAAAAAANKpkTcBAAAArCv4DwP///5PcHVzVGFn',
  'cx8AAABsaWJvcHVzIDEuMy4xLCBsaWJvcHVzZW5jIDAuMi4xAgAAACMAAABFTkNPREVSPW9wdXNlbmMgZnJvbSBvcHVzLXRvb2xzIDAuMjMAAABF',
  'TkNPREVSX09QVElPTlM9LS1iaXRyYXRlIDYgLS1mcmFtZXNpemUgNjAgLS1jb21wIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AE9nZ1MAAAC0AAAAAAAA0qmRNwIAAAAyL2nDECopMDUiEhIOLiszMS4ZFhQYYynUULhG1KOxAeQyqgNByGqL4jWron5sfiSm/SJhGA+c+LkqFEDj',
  'b+MY5nKp33AKIC7EjO2IKANACsxYimjkVUal+QpO4U1Iz3OGacHg3hDMgBjm1CQE3hWHgUCXqHtg3DnNfOVpSG52/Qejxxn6eXFtLgw1zBRxzExg',
  'vGmu0Af+oBjnLgkqb+zYPQvulJb/p8UrXPbYowf9DM+ovEm+NQYBWKiwgSPq2pnhRH230VCYKelPq6kwGIhtLiSX7wZg29eJjFUTudQF4RSXAOxg',
  'cDaubisj/FmufBgE/ohvGUGgrfG8OJxnHZqyfBgCKZkn13SW83X7C2YNXDnObhgCKyyOeA6L1wW2venOGGIrLFljttpPwk4mLdMtTm6d2vSkFT28',
  'hjj7ri3fCDa4MaBs++NY3y0X4CR5bBjpRxHjRRD7W0l4VJCC+WmVC+nE7KR90b9z96SUfK4dqqgonrDqCBllSQwY6Zkp40UQ+1tIL0jTrkPh7q8a',
  'urtTiVliKX2RFx78wm5U/gsQWa1tJjFjLPRdPrGxXFQY6mPu5MRRI8+GgV1qGZmb7eSe10mi5SZpmPi+Kpv3WcUKp2XOriFveNDSF02rezDwGOpd',
  'Sc+BoXSxI1IgIFrsnaRTltTs0xThTG5oOonXCURzg9WrAz2FGDhqmgkfyBgOV/AHwgPyj06kab5QeIxrp+EUPy2moe4YApyZJ9sTK38GXCoV1AjI',
  'uv8G9cvQGAJjGSW8cp6deuRZsvDPJFHqqSBPZ2dTAAAAaAEAAAAAANKpkTcDAAAAVbRiyhAaODIlLiIdFxQvOjcsLR4OGCIpmSOpv3DeIWOLa97V',
  'X3o07DePn0ec/KoY7Z9qEDfLuPesvSN/i5BaIW8pKsCPzcj5CWWAtmKUCGAQywGainDQXxWc7c8J6dOkYYBDDfUL9Bjrqf7kxFEjz4fyDQdYBEKE',
  'oLJzmSd70cuC75joaf9BSiWf+pZKpbf8aTDzQewj+UpaGOup/uTEUSPPtRcJyL9cGzphbx/wibd9Lz5xb/shsH9Rp+R9wBjrqf7kxFEjz7PNS1oY',
  'Ei+6Ywjp1wD7HgYcADto1k04ULD84aNq8jBKcvP90kAYhdaUAaKlQP9SnN/cNBOGu9faY/pe5pQMMSYxt8UMtcHAGAMIhau8SDlKIrsP7BpeI8Ik',
  '7DkUeztpvP41IRAYAmMZJgXJ9sSCiTb+iWWUKO5kn4gEIBgCKZkjpr/n5RE9XJ755NJXnM50GO6ATUS+M2V3LYCC8/uD9S/afXxG+8GTyLNJ8Uoy',
  'kLculcIOOpYOEHe1HjfrM1cY7BAJz4GhdM+2TvJEqyLPeSxESeSVxyxLRZzHDb3mEDpFI/O8gawl5XEVIwSZl0/PfTVSHEJ9XtdAGOyDXuTEURMm',
  'UMPu9MUnwHo1PDCejpxqBzem603fNwj3Q9qr9PChA2bOSl0mi6h2rbsh1umsLhjs8A7kxFEjz7OkayrpLiuB5GuEBzDkg0+Xui28A+P3BmVjKXqd',
  'n6Xtryv0GM1SmrOKtWen4Gi6QGo/3VnceJZ9hoJbBxcVMD5kVFK6257TijJVxC8c+KTkGA0NUBIwwxFQ0fLwCYEhIWCitHe2wbr6+q5W0GF+GAIr',
  'LI54DovXBba96c5PZ2dTAAQ4eAEAAAAAANKpkTcEAAAAfoJIxAIOChgCKyxZY0ULa7M2vRDSEARWWfGIDhWMlg==',
];
