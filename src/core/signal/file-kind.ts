/** What a file is by its first bytes, for the sentence that refuses it. Knows nothing of how any of them is read. */

/** "an MP3 file", "a ZIP archive"…; undefined if nothing is recognised, as with plain text. */
export function kindOf(bytes: Uint8Array): string | undefined {
  const head = latin1(bytes.subarray(0, 4096))
  const found = signatures.find(({ pattern }) => pattern.test(head))
  return found?.name
}

/** One character a byte. */
export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

/* eslint-disable no-control-regex -- signatures are bytes */
const signatures: readonly { pattern: RegExp; name: string }[] = [
  { pattern: /^(RIFF|RIFX|RF64|BW64)[^]{4}WAVE/, name: 'a WAV file' },
  { pattern: /^RIFF[^]{4}AVI /, name: 'an AVI video' },
  { pattern: /^RIFF[^]{4}WEBP/, name: 'a WebP picture' },
  { pattern: /^(RIFF|RIFX)/, name: 'a RIFF file of another kind' },
  { pattern: /^riff\x2e\x91\xcf\x11/, name: 'a Sony Wave64 file' },
  { pattern: /^FORM[^]{4}AIF[FC]/, name: 'an AIFF file' },
  { pattern: /^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, name: 'an MP3 file' },
  { pattern: /^\xff[\xf0\xf1\xf8\xf9]/, name: 'an AAC file' },
  { pattern: /^fLaC/, name: 'a FLAC file' },
  { pattern: /^OggS/, name: 'an OGG file' },
  { pattern: /^[^]{4}ftyp/, name: 'an MP4 or M4A file' },
  { pattern: /^\.snd/, name: 'an AU file' },
  { pattern: /^caff/, name: 'a Core Audio file' },
  { pattern: /^PK\x03\x04[^]*(xl\/|\[Content_Types\])/, name: 'an Excel workbook' },
  { pattern: /^PK\x03\x04/, name: 'a ZIP archive' },
  { pattern: /^\xd0\xcf\x11\xe0/, name: 'an old Excel or Office file' },
  { pattern: /^\x1f\x8b/, name: 'a gzip archive' },
  { pattern: /^7z\xbc\xaf/, name: 'a 7-Zip archive' },
  { pattern: /^\x89PNG/, name: 'a PNG picture' },
  { pattern: /^\xff\xd8\xff/, name: 'a JPEG picture' },
  { pattern: /^GIF8/, name: 'a GIF picture' },
  { pattern: /^%PDF/, name: 'a PDF document' },
  { pattern: /^\x89HDF/, name: 'an HDF5 file' },
  { pattern: /^MATLAB 5\.0/, name: 'a MATLAB file' },
  { pattern: /^\x93NUMPY/, name: 'a NumPy file' },
  { pattern: /^(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)/i, name: 'a web page (HTML)' },
  { pattern: /^(\xef\xbb\xbf)?\s*<\?xml/i, name: 'an XML document' },
  { pattern: /^(\xef\xbb\xbf)?\s*(\{\s*"|\[\s*[[{])/, name: 'a JSON file' }
]
/* eslint-enable no-control-regex */
