// A step as the server sends it (skipviz/ui/channel/moment.py).

export function message(header, arrays = []) {
  const sizes = arrays.map((array) => array.length);
  let text = JSON.stringify({ charts: {}, paint: {}, ...header, sizes });
  let bytes = new TextEncoder().encode(text);
  text += " ".repeat((4 - (bytes.length % 4)) % 4);
  bytes = new TextEncoder().encode(text);
  const values = new Float32Array(arrays.flat());
  const buffer = new ArrayBuffer(4 + bytes.length + values.byteLength);
  new DataView(buffer).setUint32(0, bytes.length, true);
  new Uint8Array(buffer).set(bytes, 4);
  new Uint8Array(buffer).set(new Uint8Array(values.buffer), 4 + bytes.length);
  return buffer;
}
