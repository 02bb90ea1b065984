"""Where skips are not allowed, a test that skips itself fails, and says why it would have been skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SUITES = {
    "by_call": "import pytest\ndef test_it():\n    pytest.skip('no browser')\n",
    "by_mark": "import pytest\n@pytest.mark.skipif(True, reason='no browser')\ndef test_it():\n    pass\n",
    "by_fixture": "def test_it(real_data):\n    pass\n",
    "by_module": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
}


@pytest.mark.parametrize("name", SUITES)
@pytest.mark.parametrize(("setting", "code"), [("", 0), ("1", 1)])
def test_a_skip_is_a_failure_where_set(tmp_path: Path, name: str, setting: str, code: int) -> None:
    shutil.copy(Path(__file__).parent / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_skipping.py").write_text(SUITES[name] + "\n")
    (tmp_path / "test_other.py").write_text("def test_that_passes():\n    pass\n")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", str(tmp_path)],
        env={**os.environ, "HANDOFF_NO_SKIPS": setting, "HANDOFF_REAL_DATA": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode != 0) == bool(code), ended.stdout
    assert ("HANDOFF_NO_SKIPS is set" in ended.stdout) == bool(code)
