"""Says which components Espressif's component manager would fetch for a folder: `firmware-manifest.py FOLDER`.

Reads `IDF_VERSION` and `IDF_TARGET` as a build would, fetches nothing, and prints one JSON list of names.
"""
import json
import sys
from contextlib import redirect_stdout

from idf_component_tools.manager import ManifestManager

with redirect_stdout(sys.stderr):
    manager = ManifestManager(sys.argv[1], "main")
    manager.validate()
    wanted = [one.name for one in manager.manifest.requirements if one.meet_optional_dependencies]
print(json.dumps(wanted))
