/*
 * The names that a process has made, in a file in memory that its threads and its tracker share: a line
 * for each, which the tracker runs as a command.
 *
 * | line               |                                                                        |
 * |--------------------|------------------------------------------------------------------------|
 * | `r INODE NAME`     | to be removed when the process is gone, if the name leads to the inode |
 * | `# INODE NAME`     | done with                                                              |
 *
 * A line is appended by one write, and struck out by a write of its first byte. One that a kill tore
 * apart does no harm: it is the last, its name is not there yet, and a part of a line is a command that
 * finds nothing. For that, lines are plain ASCII without quotes.
 */

export interface NameRecord {
  readonly inode: string;
  readonly name: string;
  /** Where the line begins. */
  readonly offset: number;
}

/** The longest line: each of 255 bytes as `\\0377`. */
const longestLine = 2048;

/** All calls with the process's lock of names held. */
export class NameRecords {
  readonly #descriptor: number;
  /** Where `some` goes on. */
  #cursor = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  append(name: string, inode: string): NameRecord {
    const offset = this.#size();
    this.#write(`r ${inode} ${quote(name)}\n`, offset);
    return { inode, name, offset };
  }

  /** False when it was struck out already. */
  strike({ offset }: NameRecord): boolean {
    const { readSync } = process.getBuiltinModule('node:fs');
    const sign = Buffer.alloc(1);
    readSync(this.#descriptor, sign, 0, 1, offset);
    if (sign.toString('latin1') !== 'r') return false;
    this.#write('#', offset);
    return true;
  }

  /** All that are not struck out. */
  all(): NameRecord[] {
    return this.#read(0, this.#size());
  }

  /** The next ones, from about `byteLength` bytes of lines; after the last line comes the first. */
  some(byteLength: number): NameRecord[] {
    const size = this.#size();
    if (this.#cursor >= size) this.#cursor = 0;
    return this.#read(this.#cursor, Math.min(this.#cursor + byteLength + longestLine, size));
  }

  #read(from: number, to: number): NameRecord[] {
    const { readSync } = process.getBuiltinModule('node:fs');
    const bytes = Buffer.alloc(to - from);
    const text = bytes.toString('latin1', 0, readSync(this.#descriptor, bytes, 0, bytes.length, from));
    const found: NameRecord[] = [];
    let offset = from;
    // What follows the last line end is a line that is cut off.
    for (const line of text.split('\n').slice(0, -1)) {
      const [sign, inode = '', name = ''] = line.split(' ');
      if (sign === 'r') found.push({ inode, name: unquote(name), offset });
      offset += line.length + 1;
    }
    this.#cursor = offset;
    return found;
  }

  #size(): number {
    return process.getBuiltinModule('node:fs').fstatSync(this.#descriptor).size;
  }

  #write(text: string, offset: number): void {
    process.getBuiltinModule('node:fs').writeSync(this.#descriptor, text, offset, 'latin1');
  }
}

/** A name as a word of the shell, which `printf %b` makes the name of again. */
function quote(name: string): string {
  return Array.from(Buffer.from(name, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.-]/.test(character) ? character : `\\\\0${byte.toString(8).padStart(3, '0')}`;
  }).join('');
}

function unquote(word: string): string {
  const bytes = word.replace(/\\\\0(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
