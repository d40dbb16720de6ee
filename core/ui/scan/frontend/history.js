// The texts of a drawing one after the other, for undo and redo, and which of them are under way.

export class History {
  /** @param {string} text */
  constructor(text) {
    this.texts = [text];
    this.at = 0;
    this.answered = text;
    this.sent = [];
  }

  get text() {
    return this.texts[this.at];
  }

  /** Whether there is a text so many steps on. @param {number} steps */
  has(steps) {
    return this.at + steps in this.texts;
  }

  /** @param {string} text */
  add(text) {
    if (text === this.text) return;
    this.texts.splice(this.at + 1, Infinity, text);
    this.at += 1;
  }

  /** @param {number} steps */
  go(steps) {
    if (this.has(steps)) this.at += steps;
  }

  /** Note that the server gets the present text. */
  send() {
    this.sent.push(this.text);
  }

  /** The server's text: an answer to what was sent, an old one again, or a change made elsewhere.
   * @param {string} text */
  receive(text) {
    if (text === this.answered) return;
    this.answered = text;
    const answer = this.sent.indexOf(text);
    this.sent.splice(0, answer + 1);
    if (answer < 0) this.add(text);
  }
}
