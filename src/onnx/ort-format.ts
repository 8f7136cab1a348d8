import { ProtobufFile } from './file-reader.js';

/** true if the bytes begin as a file in onnxruntime's own .ort format. */
export function isOrtFormat(file: string): boolean {
  const reader = new ProtobufFile(file);
  try {
    return reader.size > 8 && reader.bytes(4, 8).toString('latin1') === 'ORTM';
  } finally {
    reader.close();
  }
}
