// Words that are longer than one entry or one message takes: cut into several, nothing left out. No DOM.

/**
 * Each piece but a lone one with its place among them. Cut at a line or a space where there is one.
 * @param {string} text
 * @param {number} limit characters of one
 * @returns {string[]}
 */
export function piecesOf(text, limit) {
  const chars = [...text.normalize("NFC")]; // as the server counts: half an emoji is none
  if (chars.length <= limit) return [text];
  const room = limit - "(1000 of 1000) ".length;
  const pieces = [];
  for (let from = 0; from < chars.length; ) {
    const piece = chars.slice(from, from + room);
    const gap = from + piece.length < chars.length ? Math.max(piece.lastIndexOf("\n"), piece.lastIndexOf(" ")) : -1;
    const taken = gap > room / 2 ? piece.slice(0, gap + 1) : piece;
    pieces.push(taken.join("").trim());
    from += taken.length;
  }
  const said = pieces.filter(Boolean);
  return said.length === 1 ? said : said.map((piece, at) => `(${at + 1} of ${said.length}) ${piece}`);
}
