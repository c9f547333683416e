import type { AppDescriptor } from '#codecs/esp-app-desc.ts';
import { cString } from '#codecs/esp-app-desc.ts';
import type { OtaNotice } from '#codecs/ota-notice.ts';
import { secureVersionAllowed } from '#virtual/esp-idf/anti-rollback.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

const VERSION = /^(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?:\+(\d{1,9}))?$/;

/**
 * Which updates the simulated application takes: its own product only, no older version, no lower secure version.
 * ESP-IDF leaves all three to the application. A reason, or null for a welcome update.
 */
export class EspPolicy {
  readonly #traits: EspTraits;
  readonly #running: AppDescriptor;

  constructor(traits: EspTraits, running: AppDescriptor) {
    this.#traits = traits;
    this.#running = running;
  }

  /** What the notice says, before anything is fetched. */
  judgeNotice(notice: OtaNotice): string | null {
    return this.#judge(notice.project, notice.version);
  }

  /** What the image itself says, before anything is written. The notice must not have lied. */
  judgeImage(notice: OtaNotice, image: AppDescriptor): string | null {
    const version = cString(image.version);
    const project = cString(image.projectName);
    if (!secureVersionAllowed(this.#traits, image.secureVersion)) {
      return 'New firmware security version is less than eFuse programmed';
    }
    const objection = this.#judge(project, version);
    if (objection !== null) return objection;
    return version === notice.version ? null : 'image and notice name different versions';
  }

  #judge(project: string, version: string): string | null {
    const { flaws } = this.#traits;
    if (!this.#sameProject(project)) return 'Project Name mismatch';
    if (flaws.has('esp-idf/version-not-compared')) return null;
    const running = cString(this.#running.version);
    if (flaws.has('esp-idf/odd-version-accepted') && !VERSION.test(version)) return null;
    const older = flaws.has('esp-idf/version-compared-as-text')
      ? version < running
      : isOlder(version, running);
    return older ? `version ${version} is older than ${running}` : null;
  }

  #sameProject(project: string): boolean {
    const { flaws } = this.#traits;
    const running = cString(this.#running.projectName);
    if (flaws.has('esp-idf/project-not-checked')) return true;
    return flaws.has('esp-idf/project-compared-as-prefix')
      ? project.startsWith(running)
      : project === running;
  }
}

/** Numeric comparison of `major.minor.revision[+build]`; a version of another shape counts as older. */
function isOlder(version: string, running: string): boolean {
  const [offered, present] = [numbers(version), numbers(running)];
  if (offered === null) return true;
  if (present === null) return false;
  const differs = offered.findIndex((part, i) => part !== present[i]);
  return differs !== -1 && (offered[differs] ?? 0) < (present[differs] ?? 0);
}

function numbers(version: string): number[] | null {
  const match = VERSION.exec(version);
  return match && match.slice(1).map((part) => Number(part ?? 0));
}
