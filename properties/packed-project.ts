import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { succeeds } from './processes.js';
import { checkBuild, manifest, REPOSITORY } from './repository.js';

/** A user's project that has installed the packed library, in a folder for temporary files. */
export class PackedProject {
  private constructor(readonly folder: string) {}

  /**
   * Packs what was built, and installs it as `npm install` would, but without a network: the packages that it depends
   * on, and the tools of the project, are links to those of this repository.
   *
   * @param tools - Packages that the project has beside heapspec and what that depends on.
   */
  static async make(tools: readonly string[]): Promise<PackedProject> {
    checkBuild();
    const project = new PackedProject(mkdtempSync(join(tmpdir(), 'heapspec-project-')));
    try {
      await project.install(tools);
      return project;
    } catch (error) {
      project.remove();
      throw error;
    }
  }

  /** Writes a file of the project. */
  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Copies a folder of the repository into the project, and gives its path there. */
  copy(folder: string): string {
    const path = join(this.folder, folder);
    cpSync(join(REPOSITORY, folder), path, { recursive: true });
    return path;
  }

  /** The path of a file of a package. */
  installed(packageName: string, file = ''): string {
    return join(this.folder, 'node_modules', packageName, file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async install(tools: readonly string[]): Promise<void> {
    const destination = ['--pack-destination', this.folder];
    const packed = await succeeds(REPOSITORY, 'npm', 'pack', '--ignore-scripts', '--json', ...destination);
    const [{ filename }] = JSON.parse(packed) as { filename: string }[];
    const library = this.installed('heapspec');
    mkdirSync(library, { recursive: true });
    await succeeds(library, 'tar', '-xzf', join(this.folder, filename), '--strip-components', '1');
    for (const name of [...Object.keys(manifest().dependencies), ...tools]) {
      mkdirSync(dirname(this.installed(name)), { recursive: true });
      symlinkSync(join(REPOSITORY, 'node_modules', name), this.installed(name));
    }
  }
}
