import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../../scripts/command.js';
import { publishedPackages } from '../../scripts/published-packages.js';

/** The files of this workspace in a repository of their own, where versions may be raised and tags made. */
export class ThrowAwayClone {
  readonly folder: string;

  /** Takes what is installed and built here; `fresh` installs and builds in the clone, which takes minutes. */
  constructor(folder: string, { fresh }: { readonly fresh: boolean }) {
    this.folder = folder;
    const files = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
    for (const file of files.split('\0')) {
      if (file === '' || !existsSync(join(root, file))) continue;
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    git(folder, 'init', '--quiet', '--initial-branch=main');
    git(folder, 'config', 'user.name', 'release test');
    git(folder, 'config', 'user.email', 'release@localhost');
    this.commit('Begin');
    if (fresh) this.#build();
    else this.#borrow();
  }

  /** Writes a changeset for a package, as `npm run changeset` would. */
  addChangeset(name: string, text: string): void {
    const path = join(this.folder, '.changeset', 'another-change.md');
    writeFileSync(path, `---\n'${name}': patch\n---\n\n${text}\n`);
    this.commit('Change something');
  }

  commit(message: string): void {
    git(this.folder, 'add', '--all');
    git(this.folder, 'commit', '--quiet', '--no-verify', `--message=${message}`);
  }

  tags(): readonly string[] {
    return git(this.folder, 'tag', '--list').trim().split('\n');
  }

  #build(): void {
    for (const script of ['setup', 'build']) {
      execFileSync('npm', ['run', '--silent', script], { cwd: this.folder, stdio: 'inherit' });
    }
  }

  #borrow(): void {
    for (const { folder } of publishedPackages()) {
      const target = join(this.folder, relative(root, folder), 'dist');
      cpSync(join(folder, 'dist'), target, { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    // It is a link here, and the pattern in .gitignore is one for folders.
    writeFileSync(join(this.folder, '.git', 'info', 'exclude'), 'node_modules\n');
  }
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 1 << 24 });
}
